import { type Counters, type MetricValues, ratesBetween } from "@agentpod/core/metric";
import type { Pod } from "@agentpod/core/pod";
import type { Runtime, UnitStats } from "@agentpod/core/runtime";
import { readContainer } from "./read-container.ts";

type Usage = Pick<
  MetricValues,
  "cpuCores" | "memoryBytes" | "memoryLimitBytes" | "networkInBytes" | "networkOutBytes" | "diskReadBytes" | "diskWriteBytes"
>;

interface Reading {
  at: number;
  counters: Counters;
}

/** What pods use, unit by unit added up; remembers the last reading of each run, for rates. */
export class PodUsage {
  #last = new Map<string, Reading>();

  /** By pod id; pods that do not run are left out. The runtime is asked only for what cannot be read on this machine. */
  async read(pods: readonly Pod[], runtime: Pick<Runtime, "stats">, now: number): Promise<Map<string, Usage>> {
    const next = new Map<string, Reading>();
    const usages = new Map<string, Usage[]>();
    const elsewhere = new Set<string>();
    for (const pod of pods) {
      for (const unit of pod.status.units) {
        if (unit.state !== "running") continue;
        const found = unit.containerId === null ? null : readContainer(unit.containerId);
        if (found === null) {
          elsewhere.add(pod.id);
          continue;
        }
        const key = `${unit.runId}`;
        const reading = { at: now, counters: found.counters };
        const rates = ratesBetween(this.#last.get(key) ?? null, reading);
        next.set(key, reading);
        add(usages, pod.id, {
          cpuCores: rates.cpuSeconds,
          memoryBytes: found.memoryBytes,
          memoryLimitBytes: found.memoryLimitBytes,
          networkInBytes: rates.networkIn,
          networkOutBytes: rates.networkOut,
          diskReadBytes: rates.diskRead,
          diskWriteBytes: rates.diskWrite,
        });
      }
    }
    this.#last = next;
    if (elsewhere.size > 0) {
      for (const id of elsewhere) usages.delete(id);
      for (const stats of await runtime.stats([...elsewhere])) add(usages, stats.id.pod, usageOf(stats));
    }
    return new Map([...usages].map(([id, all]) => [id, total(all)]));
  }
}

const usageOf = ({ cpuCores, memoryBytes, memoryLimitBytes }: UnitStats): Usage => ({
  cpuCores,
  memoryBytes,
  memoryLimitBytes,
  networkInBytes: null,
  networkOutBytes: null,
  diskReadBytes: null,
  diskWriteBytes: null,
});

function add(usages: Map<string, Usage[]>, id: string, usage: Usage): void {
  usages.set(id, [...(usages.get(id) ?? []), usage]);
}

/** A figure that one unit lacks is not known of the pod. */
function total(usages: readonly Usage[]): Usage {
  const sum = (key: keyof Usage): number | null =>
    usages.reduce<number | null>((all, usage) => (all === null || usage[key] === null ? null : all + usage[key]), 0);
  return {
    cpuCores: sum("cpuCores"),
    memoryBytes: sum("memoryBytes"),
    memoryLimitBytes: sum("memoryLimitBytes"),
    networkInBytes: sum("networkInBytes"),
    networkOutBytes: sum("networkOutBytes"),
    diskReadBytes: sum("diskReadBytes"),
    diskWriteBytes: sum("diskWriteBytes"),
  };
}
