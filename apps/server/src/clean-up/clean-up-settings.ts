import { type CleanUpPolicy, type CleanUpRun, standardCleanUpPolicy } from "@agentpod/core/clean-up";
import type { Store } from "@agentpod/core/store";

const policyKey = "cleanUp";
const runsKey = "cleanUp.runs";

/** How clean-ups fare, for all control planes together. */
export interface CleanUpRuns {
  /** Since when they are looked for. */
  since: string;
  last: CleanUpRun | null;
}

/** What the admin set, over what is so unless set. */
export async function readCleanUpPolicy(store: Pick<Store, "settings">): Promise<CleanUpPolicy> {
  return { ...standardCleanUpPolicy, ...((await store.settings.find(policyKey)) as Partial<CleanUpPolicy> | null) };
}

export async function writeCleanUpPolicy(store: Pick<Store, "settings">, policy: CleanUpPolicy, actor: string): Promise<void> {
  await store.settings.set(policyKey, policy, actor);
}

/** Null: nobody has looked yet. */
export async function findCleanUpRuns(store: Pick<Store, "settings">): Promise<CleanUpRuns | null> {
  return (await store.settings.find(runsKey)) as CleanUpRuns | null;
}

export async function writeCleanUpRuns(store: Pick<Store, "settings">, runs: CleanUpRuns, actor: string): Promise<void> {
  await store.settings.set(runsKey, runs, actor);
}
