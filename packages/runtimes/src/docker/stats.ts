import type { UnitStats } from "@agentpod/core/runtime";
import type { Adopted } from "./adopted.ts";
import { bounded } from "./bounded.ts";
import type { Engine } from "./engine.ts";
import { isStatus } from "./engine-error.ts";
import { listContainers, unitIdOf } from "./observe.ts";

/** What of `GET /containers/<id>/stats` the driver reads. */
export interface EngineStats {
  read: string;
  cpu_stats?: { cpu_usage?: { total_usage?: number } };
  memory_stats?: { usage?: number; limit?: number; stats?: { inactive_file?: number; total_inactive_file?: number } };
  pids_stats?: { current?: number };
}

/** Engine 20.10 answers on its next round of sampling, up to a second later: asked one by one, many pods would take minutes. */
const concurrentReads = 64;

export type Sample = Omit<UnitStats, "id">;

interface CpuSample {
  at: number;
  nanoseconds: number;
}

/** Figures of running units; remembers each one's last CPU reading, for the average since. */
export class StatsReader {
  readonly #last = new Map<string, CpuSample>();

  async read(engine: Engine, installation: string, adopted: Adopted, pods: readonly string[] | null): Promise<UnitStats[]> {
    if (pods?.length === 0) return [];
    const running = (await listContainers(engine, installation, adopted, pods)).filter((one) => one.State === "running");
    if (pods === null) {
      const there = new Set(running.map((one) => one.Id));
      for (const id of this.#last.keys()) if (!there.has(id)) this.#last.delete(id);
    }
    const read = await bounded(running, concurrentReads, async (one): Promise<UnitStats | null> => {
      try {
        // `one-shot`: without it the engine takes a second to sample twice.
        const stats = await engine.call<EngineStats>("GET", `/containers/${one.Id}/stats`, { query: { stream: false, "one-shot": true } });
        const { sample, cpu } = sampleOf(stats, this.#last.get(one.Id) ?? null);
        this.#last.set(one.Id, cpu);
        return stats.memory_stats?.usage === undefined ? null : { id: unitIdOf(one.Labels), ...sample };
      } catch (error) {
        if (isStatus(error, 404, 409)) return null;
        throw error;
      }
    });
    return read.filter((one) => one !== null);
  }
}

/** Memory without the file cache that the kernel may take back; CPU as cores since the last reading of the same run. */
export function sampleOf(stats: EngineStats, last: CpuSample | null): { sample: Sample; cpu: CpuSample } {
  const { usage = 0, limit = 0, stats: detail = {} } = stats.memory_stats ?? {};
  const cache = detail.total_inactive_file ?? detail.inactive_file ?? 0;
  const cpu = { at: Date.parse(stats.read), nanoseconds: stats.cpu_stats?.cpu_usage?.total_usage ?? 0 };
  // Counters begin anew when the container was started again.
  const isSameRun = last !== null && cpu.nanoseconds >= last.nanoseconds && cpu.at > last.at;
  const sample = {
    at: stats.read,
    cpuCores: isSameRun ? (cpu.nanoseconds - last.nanoseconds) / ((cpu.at - last.at) * 1e6) : null,
    memoryBytes: Math.max(0, usage - cache),
    memoryLimitBytes: limit > 0 && limit < Number.MAX_SAFE_INTEGER ? limit : null,
    pids: stats.pids_stats?.current ?? 0,
  };
  return { sample, cpu };
}
