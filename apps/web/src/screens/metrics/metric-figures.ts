import type { MetricPoint, MetricValues } from "@agentpod/core/metric";
import type { ChartLine } from "../../charts/chart-line.ts";

type Key = keyof MetricValues;

/** One chart: what it shows of each point, and how. */
export interface MetricFigure {
  id: "cpu" | "memory" | "network" | "disk" | "space" | "connections";
  unit: "cores" | "bytes" | "rate" | "count";
  lines: readonly {
    id: "used" | "peak" | "limit" | "in" | "out" | "read" | "written" | "total" | "open";
    key: Key | "cpuLimit";
    look: ChartLine["look"];
  }[];
}

const cpu: MetricFigure = {
  id: "cpu",
  unit: "cores",
  lines: [
    { id: "used", key: "cpuCores", look: "main" },
    { id: "peak", key: "cpuCoresMax", look: "peak" },
    { id: "limit", key: "cpuLimit", look: "limit" },
  ],
};
const memory: MetricFigure = {
  id: "memory",
  unit: "bytes",
  lines: [
    { id: "used", key: "memoryBytes", look: "main" },
    { id: "peak", key: "memoryBytesMax", look: "peak" },
    { id: "limit", key: "memoryLimitBytes", look: "limit" },
  ],
};
const network: MetricFigure = {
  id: "network",
  unit: "rate",
  lines: [
    { id: "in", key: "networkInBytes", look: "main" },
    { id: "out", key: "networkOutBytes", look: "second" },
  ],
};
const disk: MetricFigure = {
  id: "disk",
  unit: "rate",
  lines: [
    { id: "read", key: "diskReadBytes", look: "main" },
    { id: "written", key: "diskWriteBytes", look: "second" },
  ],
};
const space: MetricFigure = {
  id: "space",
  unit: "bytes",
  lines: [
    { id: "used", key: "diskUsedBytes", look: "main" },
    { id: "total", key: "diskTotalBytes", look: "limit" },
  ],
};
const connections: MetricFigure = { id: "connections", unit: "count", lines: [{ id: "open", key: "connections", look: "main" }] };

/** What is measured of each kind of subject. */
export const figuresOf = {
  pod: [cpu, memory, network, disk, connections],
  machine: [cpu, memory, network, space],
  agentpod: [cpu, memory],
} as const satisfies Record<string, readonly MetricFigure[]>;

/** Values of a line, one for each point; those of a limit that is not measured are the same throughout. */
export function valuesOf(points: readonly (MetricPoint | null)[], key: Key | "cpuLimit", cpuLimit: number | null): (number | null)[] {
  return points.map((point) => (key === "cpuLimit" ? cpuLimit : (point?.[key] ?? null)));
}

/** A figure's lines that have something to show. In samples that are not rolled up the highest is the sample itself. */
export function linesWithValues(
  figure: MetricFigure,
  points: readonly (MetricPoint | null)[],
  isRolledUp: boolean,
  cpuLimit: number | null,
) {
  return figure.lines
    .filter(({ id }) => id !== "peak" || isRolledUp)
    .map((line) => ({ ...line, values: valuesOf(points, line.key, cpuLimit) }))
    .filter(({ values }) => values.some((value) => value !== null));
}
