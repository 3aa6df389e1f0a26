import type { MetricPoint, MetricRange } from "@agentpod/core/metric";
import type { Cli } from "../cli.ts";
import { megabytes } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  range: MetricRange;
}

/** Without a pod: the machine and AgentPod itself. */
export async function run(cli: Cli, [name]: string[], { range }: Options): Promise<void> {
  const client = await cli.client();
  if (name !== undefined) {
    const { tenant, pod } = parsePodName(name);
    const metrics = await client.metrics.pod(tenant, pod, range);
    cli.out.table(metrics, { head, rows: metrics.points.map(row) }, `Nothing was measured of ${name} in the last ${range}.`);
    return;
  }
  const metrics = await client.metrics.platform(range);
  const rows = Object.entries(metrics).flatMap(([subject, { points }]) => points.map((point) => [subject, ...row(point)]));
  cli.out.table(metrics, { head: ["OF", ...head], rows }, `Nothing was measured in the last ${range}.`);
}

const head = ["TIME", "CPU", "MEMORY", "NET IN", "NET OUT", "DISK READ", "DISK WRITE"];
const rate = (bytes: number | null): string => (bytes === null ? "-" : `${(bytes / 1024).toFixed(1)} kB/s`);

const row = (point: MetricPoint): string[] => [
  point.at,
  point.cpuCores === null ? "-" : point.cpuCores.toFixed(3),
  point.memoryBytes === null ? "-" : megabytes(point.memoryBytes),
  rate(point.networkInBytes),
  rate(point.networkOutBytes),
  rate(point.diskReadBytes),
  rate(point.diskWriteBytes),
];
