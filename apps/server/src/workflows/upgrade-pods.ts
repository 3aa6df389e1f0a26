import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { rollBackPod, type Writer } from "../routes/write-pod.ts";
import { backupSteps } from "../volume-backups/backup-steps.ts";
import { restoreSteps } from "../volume-backups/restore-steps.ts";
import { letGo } from "../volume-backups/stand-still.ts";
import type { VolumeBackupDeps } from "../volume-backups/volume-backup-deps.ts";
import { type GateEnd, podHealthGate } from "./pod-health-gate.ts";
import { upgradeSummary } from "./upgrade-summary.ts";
import { OperationCancelled, type Run, StepFailed, type Workflow } from "./workflow.ts";
import { type WrittenVersion, writeVersion } from "./write-version.ts";

const target = z.strictObject({
  ...{ id: z.uuid(), name: z.string(), template: z.string(), from: z.int(), to: z.int() },
  /** The backup that is made of its volumes first; null: none is. */
  state: z.strictObject({ backup: z.uuid(), object: z.string() }).nullable(),
});

export const upgradeInput = z.strictObject({
  pods: z.array(target).min(1),
  atOnce: z.int().min(1),
  stopAfter: z.int().min(1),
  settleSeconds: z.int().min(0),
  timeoutSeconds: z.int().min(1),
});

export type UpgradeInput = z.infer<typeof upgradeInput>;
export type UpgradeTarget = z.infer<typeof target>;

/** What came of one pod. `changed`: somebody else changed it meanwhile, so it was left as they want it. */
export type UpgradeOutcome = {
  pod: string;
  from: number;
  to: number;
  outcome: "upgraded" | "rolled_back" | "failed" | "changed";
  message: string;
};

export interface UpgradeDeps extends Pick<Writer, "deps"> {
  machine(): Promise<Writer["machine"]>;
  /** For backups of volumes. */
  volumes: VolumeBackupDeps;
}

/** The kind, for those who queue it. */
export const upgradeKind = { kind: "pod.upgrade", input: upgradeInput };

/**
 * Brings pods to other versions of their templates, wave after wave: backs volumes up, writes the version, waits until the pod has
 * been healthy for a while, and writes the old version again and brings the volumes back where it does not become so. Stops after so many failures, and when cancelled
 * before the next pod; what was begun is finished.
 */
export const upgradePods = (deps: UpgradeDeps): Workflow<UpgradeInput> => ({
  ...upgradeKind,
  atOnce: 4,
  async run(input, run) {
    const done: UpgradeOutcome[] = [];
    let isCancelled = false;
    for (let at = 0; at < input.pods.length && !isCancelled; at += input.atOnce) {
      const wave = await upgradeWave(deps, input, input.pods.slice(at, at + input.atOnce), run);
      done.push(...wave.outcomes);
      isCancelled = wave.isCancelled;
      if (done.filter(({ outcome }) => outcome !== "upgraded").length >= input.stopAfter) break;
    }
    return upgradeSummary(input.pods, done, isCancelled);
  },
});

interface Wave {
  outcomes: UpgradeOutcome[];
  isCancelled: boolean;
}

async function upgradeWave(deps: UpgradeDeps, input: UpgradeInput, pods: readonly UpgradeTarget[], run: Run): Promise<Wave> {
  const outcomes: UpgradeOutcome[] = [];
  const written: { pod: UpgradeTarget; version: WrittenVersion }[] = [];
  let isCancelled = false;
  const end = ({ name: pod, from, to }: UpgradeTarget, outcome: UpgradeOutcome["outcome"], message: string) =>
    outcomes.push({ pod, from, to, outcome, message });

  for (const pod of pods) {
    const version = await begin(deps, pod, run).catch((error: unknown) => {
      if (error instanceof OperationCancelled) isCancelled = true;
      else if (error instanceof StepFailed) end(pod, "failed", error.message);
      else throw error;
      return null;
    });
    if (version !== null) written.push({ pod, version });
    if (isCancelled) break;
  }

  // Begun all at once, in their order; each goes on by itself.
  const gates = await Promise.all(written.map(({ pod, version }) => gate(input, pod, version.generation, "healthy", run)));
  for (const [i, { pod, version }] of written.entries()) {
    const found = gates[i] as GateEnd;
    if (found.is === "passed") end(pod, "upgraded", found.message);
    else if (found.is === "changed") end(pod, "changed", found.message);
    else {
      const back = await goBack(deps, input, pod, version, run);
      if (back.is === "passed") end(pod, "rolled_back", found.message);
      else if (back.is === "changed") end(pod, "changed", back.message);
      else end(pod, "failed", `${found.message} Its old version is not healthy either: ${back.message}`);
    }
  }
  return { outcomes, isCancelled };
}

/** Backs the pod's volumes up, where asked to, and writes the version. */
async function begin(deps: UpgradeDeps, pod: UpgradeTarget, run: Run): Promise<WrittenVersion> {
  if (pod.state !== null)
    await backupSteps(deps.volumes, run, { ...pod.state, pod: pod.id, target: null, live: false, trigger: "upgrade" });
  const about = { subject: pod.name, message: `Version ${pod.to} of ${pod.template} is written.` };
  return run.change("write-version", about, (store) => writeVersion({ store, run, pod, deps }));
}

/** The old version, with the data that it had, until it is healthy again. */
async function goBack(deps: UpgradeDeps, input: UpgradeInput, pod: UpgradeTarget, version: WrittenVersion, run: Run): Promise<GateEnd> {
  const whole = unstoppable(run);
  try {
    const generation = await rollBack(deps, pod, version, run);
    if (pod.state === null) return await gate(input, pod, generation, "healthy-again", run);
    await restoreSteps(deps.volumes, whole, { backup: pod.state.backup, pod: pod.id });
    return { is: "passed", message: "Healthy." };
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    // It must not be left standing still.
    if (pod.state !== null) await letGo(whole, pod.id, pod.name, false);
    return { is: "failed", message: error.message };
  }
}

async function gate(input: UpgradeInput, pod: UpgradeTarget, generation: number, step: string, run: Run): Promise<GateEnd> {
  const about = {
    subject: pod.name,
    message: "Waiting until it is healthy.",
    withinSeconds: input.timeoutSeconds,
    // A pod that is between two versions is not left there.
    evenIfCancelled: true,
  };
  const look = podHealthGate({ id: pod.id, generation, settleMs: input.settleSeconds * 1000 });
  try {
    return await run.step(step, about, (at) => at.until(look));
  } catch (error) {
    if (error instanceof StepFailed) return { is: "failed", message: error.message };
    throw error;
  }
}

/** The old version as the next generation; a pod whose data is brought back stands still from then on. */
function rollBack(deps: UpgradeDeps, pod: UpgradeTarget, version: WrittenVersion, run: Run): Promise<number> {
  const about = { subject: pod.name, message: `Version ${pod.from} of ${pod.template} is written again.`, evenIfCancelled: true };
  return run.change("roll-back", about, async (store) => {
    const found = await store.pods.getById(pod.id);
    if (found.generation !== version.generation)
      throw new AppError("conflict", `Pod ${pod.name} was changed since its version was written: it is left as it is.`);
    const present = pod.state === null ? found : await store.pods.hold(pod.id, run.id);
    const tenant = await store.tenants.get(present.tenant);
    const writer = { store, deps: deps.deps, actor: run.actor, machine: await deps.machine() };
    const { generation } = await rollBackPod(writer, tenant, present, version.before, present.generation);
    await store.events.append({
      ...{ type: "pod.rolled_back", tenantId: present.tenantId, tenant: present.tenant, pod: present.name, podId: present.id },
      ...{ actor: run.actor, source: null, result: "ok", data: { generation, operation: run.id } },
      message: `pod ${pod.name} rolled back to generation ${version.before}`,
    });
    return generation;
  });
}

/** The same, with every step made although the operation is to end. */
const unstoppable = (run: Run): Run => ({
  ...run,
  step: (name, about, work) => run.step(name, { ...about, evenIfCancelled: true }, work),
  change: (name, about, work) => run.change(name, { ...about, evenIfCancelled: true }, work),
});
