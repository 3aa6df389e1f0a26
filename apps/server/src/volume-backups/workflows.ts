import { backupTriggers } from "@agentpod/core/volume-backup";
import { z } from "zod";
import type { Run, Workflow } from "../workflows/workflow.ts";
import { backupSteps, sentenceOf } from "./backup-steps.ts";
import { type CopyInput, copySteps, deletePod } from "./copy-steps.ts";
import { notePod } from "./note-pod.ts";
import { restoreSteps } from "./restore-steps.ts";
import type { VolumeBackupDeps } from "./volume-backup-deps.ts";

export const backupInput = z.strictObject({
  backup: z.uuid(),
  pod: z.uuid(),
  target: z.uuid().nullable(),
  live: z.boolean(),
  trigger: z.enum(backupTriggers),
  object: z.string(),
});
export const restoreInput = z.strictObject({ backup: z.uuid(), pod: z.uuid() });
const newPod = { backup: z.uuid(), pod: z.uuid(), tenant: z.string(), name: z.string() };
export const copyInput = z.strictObject(newPod);
/** `scheduledFor`: the pod whose schedule asked for it; null: somebody did. */
export const drillInput = z.strictObject({ ...newPod, scheduledFor: z.uuid().nullable() });

/** Told to the schedule whose run it was; then it is tried again in an hour. */
export const retryMs = 3_600_000;

export const backupKind = { kind: "pod.backup", input: backupInput };
export const restoreKind = { kind: "pod.restore", input: restoreInput };
export const copyKind = { kind: "pod.copy", input: copyInput };
export const drillKind = { kind: "pod.drill", input: drillInput };

/** The kinds of operations that make backups of volumes, bring them back, and rehearse that. */
export function volumeWorkflows(
  deps: VolumeBackupDeps,
): [
  Workflow<z.infer<typeof backupInput>>,
  Workflow<z.infer<typeof restoreInput>>,
  Workflow<z.infer<typeof copyInput>>,
  Workflow<z.infer<typeof drillInput>>,
] {
  return [
    {
      ...backupKind,
      atOnce: 2,
      async run(input, run) {
        const scheduled = (why: string): Promise<unknown> =>
          run.change("tell-schedule", { message: "Telling the schedule.", evenIfCancelled: true }, async (store) => {
            const at = deps.clock();
            const failure = { at: at.toISOString(), message: why, retryAt: new Date(at.getTime() + retryMs).toISOString() };
            await store.backupSchedules.note({ podId: input.pod, unit: null }, "backup", failure, failure.at);
            return null;
          });
        try {
          const volumes = await backupSteps(deps, run, input);
          return { state: "succeeded", message: `${volumes.length} volumes were copied and read back.`, output: { backup: input.backup } };
        } catch (thrown) {
          if (input.trigger === "schedule") await scheduled(sentenceOf(thrown));
          throw thrown;
        }
      },
    },
    {
      ...restoreKind,
      atOnce: 2,
      async run(input, run) {
        try {
          await restoreSteps(deps, run, input);
        } catch (thrown) {
          await told(run, input.pod, "pod.restore_failed", `backup ${input.backup} was not brought back: ${sentenceOf(thrown)}`);
          throw thrown;
        }
        await told(run, input.pod, "pod.restored", `backup ${input.backup} was brought back`);
        return { state: "succeeded", message: "The data is back, and the pod is up with it.", output: null };
      },
    },
    {
      ...copyKind,
      atOnce: 2,
      async run(input, run) {
        await copySteps(deps, run, { ...input, isDrill: false });
        await told(run, input.pod, "pod.restored", `backup ${input.backup} was brought back as ${input.tenant}/${input.name}`);
        return { state: "succeeded", message: `${input.tenant}/${input.name} is up.`, output: { pod: input.pod } };
      },
    },
    { ...drillKind, atOnce: 1, run: (input, run) => drill(deps, run, input) },
  ];
}

async function drill(deps: VolumeBackupDeps, run: Run, input: z.infer<typeof drillInput>) {
  const asked: CopyInput = { backup: input.backup, pod: input.pod, tenant: input.tenant, name: input.name, isDrill: true };
  const startedAt = await run.step("note-start", { message: "Noting the time." }, async () => deps.clock().getTime());
  let failure: string | null = null;
  try {
    await copySteps(deps, run, asked);
    await deletePod(run, input.pod, `${input.tenant}/${input.name}`);
  } catch (thrown) {
    failure = sentenceOf(thrown);
  }
  const message = failure ?? "A pod made from it came up and was healthy; it was deleted again.";
  await run.change("report", { message: "Keeping the report.", evenIfCancelled: true }, async (store) => {
    const at = deps.clock();
    const report = { at: at.toISOString(), isPassed: failure === null, message, seconds: Math.round((at.getTime() - startedAt) / 1000) };
    await store.volumeBackups.saveDrill(input.backup, report);
    const backup = await store.volumeBackups.get(input.backup);
    if (input.scheduledFor !== null)
      await store.backupSchedules.note(
        { podId: input.scheduledFor, unit: null },
        "drill",
        failure === null ? null : { at: report.at, message, retryAt: null },
        report.at,
      );
    await notePod(store, backup, {
      type: failure === null ? "pod.drill_passed" : "pod.drill_failed",
      result: failure === null ? "ok" : "failed",
      actor: run.actor,
      message:
        failure === null
          ? `the restore drill of backup ${backup.id} passed`
          : `the restore drill of backup ${backup.id} failed: ${failure}`,
      data: { backup: backup.id, operation: run.id, seconds: report.seconds },
    });
    return null;
  });
  return { state: failure === null ? ("succeeded" as const) : ("failed" as const), message, output: { backup: input.backup } };
}

async function told(run: Run, pod: string, type: string, message: string): Promise<void> {
  await run.change("tell", { message: "Telling how it ended.", evenIfCancelled: true }, async (store) => {
    const [facts] = await store.pods.facts([pod]);
    if (facts === undefined) return null;
    const { tenantId, tenant, name } = facts.pod;
    await notePod(
      store,
      { tenantId, tenant, podId: pod, pod: name },
      {
        type,
        result: type === "pod.restored" ? "ok" : "failed",
        actor: run.actor,
        message,
        data: { operation: run.id },
      },
    );
    return null;
  });
}
