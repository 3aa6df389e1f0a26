import type { UnitStats } from "@agentpod/core/runtime";
import type { ProcessContext } from "./context.ts";
import { sessionMembers } from "./end-run.ts";
import { lookAtUnits } from "./observe-units.ts";
import { type ProcessRow, processTable } from "./processes.ts";
import { runIdOf } from "./run-record.ts";
import { membersOf } from "./unit-record.ts";

interface Sample {
  cpuSeconds: number;
  at: number;
}

/** Figures of running units; remembers the last sample of each run for its CPU use. */
export class StatsSampler {
  #before = new Map<string, Sample>();

  sample(context: ProcessContext, pods: readonly string[] | null, now: number): UnitStats[] {
    const seen = new Map<string, Sample>();
    let table: ProcessRow[] | null = null;
    const stats = lookAtUnits(context, pods).flatMap(({ unit, run }): UnitStats[] => {
      if (run?.state !== "running") return [];
      const { id } = unit;
      const group = context.cgroups?.figures(id, run.record.number) ?? null;
      let figures = group && group.cpuSeconds !== null ? { ...group, cpuSeconds: group.cpuSeconds } : null;
      if (!figures) {
        table ??= processTable();
        const sum = summed(table, sessionMembers(run.record, membersOf(context, id, unit.pod, run.record), table));
        figures = { ...sum, ...(group && { memoryBytes: group.memoryBytes, pids: group.pids }) };
      }
      const key = runIdOf(run.record);
      const last = this.#before.get(key);
      seen.set(key, { cpuSeconds: figures.cpuSeconds, at: now });
      return [
        {
          id,
          at: new Date(now).toISOString(),
          cpuCores: last && now > last.at ? Math.max(0, figures.cpuSeconds - last.cpuSeconds) / ((now - last.at) / 1000) : null,
          memoryBytes: figures.memoryBytes,
          memoryLimitBytes: group ? unit.record.memoryMb * 1024 * 1024 : null,
          pids: figures.pids,
        },
      ];
    });
    // A look at some pods must not forget the others.
    this.#before = pods === null ? seen : new Map([...this.#before, ...seen]);
    return stats;
  }
}

function summed(table: readonly ProcessRow[], pids: readonly number[]): { cpuSeconds: number; memoryBytes: number; pids: number } {
  const rows = table.filter((row) => pids.includes(row.pid));
  return {
    cpuSeconds: rows.reduce((sum, row) => sum + row.cpuSeconds, 0),
    memoryBytes: rows.reduce((sum, row) => sum + row.rssBytes, 0),
    pids: rows.length,
  };
}
