import type { Store } from "@agentpod/core/store";
import { sentenceOf } from "../volume-backups/backup-steps.ts";
import { notePod } from "../volume-backups/note-pod.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { retryMs } from "../volume-backups/workflows.ts";
import type { Run, Workflow, WorkflowEnd } from "../workflows/workflow.ts";
import { checkSteps, type TriedOut } from "./check-steps.ts";
import { type DumpCheckInput, type DumpInput, type DumpRestoreInput, dumpCheckKind, dumpKind, dumpRestoreKind } from "./dump-kinds.ts";
import { dumpSteps } from "./dump-steps.ts";
import { dumpRestoreSteps } from "./restore-steps.ts";

/** The kinds of operations that make dumps of databases, try them out, and bring them back. */
export function dumpWorkflows(deps: VolumeBackupDeps): [Workflow<DumpInput>, Workflow<DumpCheckInput>, Workflow<DumpRestoreInput>] {
  return [
    { ...dumpKind, atOnce: 2, run: (input, run) => makeDump(deps, run, input) },
    { ...dumpCheckKind, atOnce: 1, run: (input, run) => checkDump(deps, run, input) },
    { ...dumpRestoreKind, atOnce: 2, run: (input, run) => restoreDump(deps, run, input) },
  ];
}

async function makeDump(deps: VolumeBackupDeps, run: Run, input: DumpInput): Promise<WorkflowEnd> {
  try {
    const { tables, rows } = await dumpSteps(deps, run, input);
    return { state: "succeeded", message: `${tables} tables with ${rows} rows were dumped and tried out.`, output: { dump: input.dump } };
  } catch (thrown) {
    if (input.trigger === "schedule")
      await run.change("tell-schedule", { message: "Telling the schedule.", evenIfCancelled: true }, async (store) => {
        const at = deps.clock();
        const failure = { at: at.toISOString(), message: sentenceOf(thrown), retryAt: new Date(at.getTime() + retryMs).toISOString() };
        await store.backupSchedules.note({ podId: input.pod, unit: input.unit }, "backup", failure, failure.at);
        return null;
      });
    throw thrown;
  }
}

async function checkDump(deps: VolumeBackupDeps, run: Run, { dump, scheduled }: DumpCheckInput): Promise<WorkflowEnd> {
  const subject = await run.change("look", { message: "Looking at the dump." }, async (store) => {
    const { tenant, pod } = await store.volumeBackups.get(dump);
    return `${tenant}/${pod}`;
  });
  let tried: TriedOut | null = null;
  let failure: string | null = null;
  try {
    tried = await checkSteps(deps, run, dump, subject);
    if (tried.is !== "passed") failure = tried.message;
  } catch (thrown) {
    failure = sentenceOf(thrown);
    if (!scheduled) throw thrown;
  }
  const about = { subject, message: "Keeping the report.", evenIfCancelled: true };
  await run.change("report", about, async (store) => {
    await report(store, deps, run, { dump, tried, failure });
    return null;
  });
  return { state: failure === null ? "succeeded" : "failed", message: failure ?? tried?.message ?? "", output: { dump } };
}

/** Keeps what came of trying a dump out; a damaged one counts no more. */
async function report(
  store: Store,
  deps: VolumeBackupDeps,
  run: Run,
  { dump, tried, failure }: { dump: string; tried: TriedOut | null; failure: string | null },
): Promise<void> {
  const at = deps.clock().toISOString();
  if (tried !== null) {
    const { message, seconds } = tried;
    await store.volumeBackups.saveDrill(dump, { at: tried.at, isPassed: failure === null, message, seconds });
    if (tried.is === "passed") await store.volumeBackups.markVerified(dump);
    if (tried.is === "damaged") await store.volumeBackups.markDamaged(dump, message);
  }
  const stored = await store.volumeBackups.get(dump);
  const { podId, unit, tenant, pod } = stored;
  const newest = await store.volumeBackups.newest({ podId, unit });
  // What is wrong with an old one is no matter of the schedule; a damaged one counts no more, and may have been the newest.
  if (newest === null || newest.id === dump || tried?.is === "damaged")
    await store.backupSchedules.note({ podId, unit }, "drill", failure === null ? null : { at, message: failure, retryAt: null }, at);
  await notePod(store, stored, {
    type: failure === null ? "pod.dump_checked" : "pod.dump_check_failed",
    result: failure === null ? "ok" : "failed",
    actor: run.actor,
    message:
      failure === null
        ? `dump ${dump} of ${unit} of ${tenant}/${pod} was tried out and is whole`
        : `dump ${dump} of ${unit} of ${tenant}/${pod} was tried out and failed: ${failure}`,
    data: { dump, unit, operation: run.id },
  });
}

async function restoreDump(deps: VolumeBackupDeps, run: Run, input: DumpRestoreInput): Promise<WorkflowEnd> {
  const { dump, pod, unit } = input;
  const tell = (failure: string | null): Promise<unknown> =>
    run.change("tell", { message: "Telling how it ended.", evenIfCancelled: true }, async (store) => {
      const [facts] = await store.pods.facts([pod]);
      if (facts === undefined) return null;
      const { tenantId, tenant, name } = facts.pod;
      await notePod(
        store,
        { tenantId, tenant, podId: pod, pod: name },
        {
          type: failure === null ? "pod.dump_restored" : "pod.dump_restore_failed",
          result: failure === null ? "ok" : "failed",
          actor: run.actor,
          message:
            failure === null ? `dump ${dump} was brought back into ${unit}` : `dump ${dump} was not brought back into ${unit}: ${failure}`,
          data: { dump, unit, operation: run.id },
        },
      );
      return null;
    });
  let name: string;
  try {
    name = await dumpRestoreSteps(deps, run, input);
  } catch (thrown) {
    await tell(sentenceOf(thrown));
    throw thrown;
  }
  await tell(null);
  return { state: "succeeded", message: `The data of ${unit} of ${name} is that of the dump.`, output: null };
}
