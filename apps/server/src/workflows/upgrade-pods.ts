import type { Json } from "@agentpod/core/operation";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import { rollBackPod, type Writer } from "../routes/write-pod.ts";
import { podHealthGate } from "./pod-health-gate.ts";
import { upgradeSummary } from "./upgrade-summary.ts";
import { OperationCancelled, type Run, StepFailed, type Workflow } from "./workflow.ts";
import { type WrittenVersion, writeVersion } from "./write-version.ts";

const target = z.strictObject({ id: z.uuid(), name: z.string(), template: z.string(), from: z.int(), to: z.int() });

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
}

/** The kind, for those who queue it. */
export const upgradeKind = { kind: "pod.upgrade", input: upgradeInput };

/**
 * Brings pods to other versions of their templates, wave after wave: writes the version, waits until the pod has been healthy
 * for a while, and writes the old version again where it does not become so. Stops after so many failures, and when cancelled
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
    const about = { subject: pod.name, message: `Version ${pod.to} of ${pod.template} is written.` };
    const work = (store: Store) => writeVersion({ store, run, pod, deps });
    const version = await run.change("write-version", about, work).catch((error: unknown) => {
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
  const failed: { pod: UpgradeTarget; generation: number; why: string }[] = [];
  for (const [i, { pod, version }] of written.entries()) {
    const found = gates[i] as GateResult;
    if (found.is === "passed") end(pod, "upgraded", found.message);
    else if (found.is === "changed") end(pod, "changed", found.message);
    else {
      const rolled = await rollBack(deps, pod, version, run);
      if (typeof rolled === "string") end(pod, "failed", `${found.message} It could not be rolled back: ${rolled}`);
      else failed.push({ pod, generation: rolled.generation, why: found.message });
    }
  }
  const after = await Promise.all(failed.map(({ pod, generation }) => gate(input, pod, generation, "healthy-again", run)));
  for (const [i, { pod, why }] of failed.entries()) {
    const found = after[i] as GateResult;
    if (found.is === "changed") end(pod, "changed", found.message);
    else if (found.is === "passed") end(pod, "rolled_back", why);
    else end(pod, "failed", `${why} Rolled back, it is not healthy either: ${found.message}`);
  }
  return { outcomes, isCancelled };
}

type GateResult = { is: "passed" | "changed" | "failed"; message: string };

async function gate(input: UpgradeInput, pod: UpgradeTarget, generation: number, step: string, run: Run): Promise<GateResult> {
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

/** The old version as the next generation; a sentence where that cannot be. */
async function rollBack(
  deps: UpgradeDeps,
  pod: UpgradeTarget,
  version: WrittenVersion,
  run: Run,
): Promise<{ generation: number } | string> {
  const about = { subject: pod.name, message: `Version ${pod.from} of ${pod.template} is written again.`, evenIfCancelled: true };
  const work = async (store: Store): Promise<{ generation: number } & Json> => {
    const present = await store.pods.getById(pod.id);
    const tenant = await store.tenants.get(present.tenant);
    const writer = { store, deps: deps.deps, actor: run.actor, machine: await deps.machine() };
    const { generation } = await rollBackPod(writer, tenant, present, version.before, version.generation);
    await store.events.append({
      ...{ type: "pod.rolled_back", tenantId: present.tenantId, tenant: present.tenant, pod: present.name, podId: present.id },
      ...{ actor: run.actor, source: null, result: "ok", data: { generation, operation: run.id } },
      message: `pod ${pod.name} rolled back to generation ${version.before}`,
    });
    return { generation };
  };
  try {
    return await run.change("roll-back", about, work);
  } catch (error) {
    if (error instanceof StepFailed) return error.message;
    throw error;
  }
}
