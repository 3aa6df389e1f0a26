import type { ObservedUnit, UnitId } from "@agentpod/core/runtime";
import type { ProcessContext } from "./context.ts";
import { listPods, unitFolders } from "./pods.ts";
import { latestRun, type RunState, runIdOf } from "./run-record.ts";
import { findUnit, type Unit } from "./unit-record.ts";

/** Every instance with its latest run, as the disk and the process table tell. */
export function lookAtUnits(context: ProcessContext, pods: readonly string[] | null): { unit: Unit; run: RunState | null }[] {
  return (pods ?? listPods(context))
    .flatMap((pod) => unitFolders(context, pod))
    .flatMap((id) => {
      const unit = findUnit(context, id);
      return unit ? [{ unit, run: latestRun(unit.dir) }] : [];
    });
}

export function observedUnit(context: ProcessContext, unit: Unit, run: RunState | null): ObservedUnit {
  const running = run?.state === "running";
  const exited = run?.state === "exited";
  return {
    id: unit.id,
    runId: run ? runIdOf(run.record) : "0",
    state: run?.state ?? "created",
    containerId: null,
    pid: running && run ? run.record.program.pid : null,
    startedAt: run && run.state !== "created" ? run.record.startedAt : null,
    finishedAt: exited && run ? run.finishedAt : null,
    exitCode: exited && run ? run.exitCode : null,
    oomKilled: exited && run ? wasOomKilled(context, unit.id, run) : false,
    endpoints: Object.fromEntries(unit.record.ports.map((port) => [port.name, { kind: "tcp", host: "127.0.0.1", port: port.host }])),
    ...(unit.record.live !== undefined && { live: unit.record.live }),
  };
}

/** The kernel may kill a helper process only: the run was killed for memory when the program itself was. */
function wasOomKilled(context: ProcessContext, id: UnitId, run: RunState): boolean {
  return run.exitCode === 137 && (context.cgroups?.oomKills(id, run.record.number) ?? 0) > 0;
}
