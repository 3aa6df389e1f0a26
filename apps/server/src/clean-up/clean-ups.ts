import type { CleanUpStatus } from "@agentpod/core/api/clean-up-view";
import { type CleanUpItem, type CleanUpPlan, type CleanUpPolicy, type CleanUpRun, cleanUpKinds } from "@agentpod/core/clean-up";
import { AppError, toAppError } from "@agentpod/core/errors";
import { planCleanUp } from "@agentpod/core/plan-clean-up";
import { planForgotten } from "@agentpod/core/plan-forgotten";
import type { Store } from "@agentpod/core/store";
import type { CleanUpDeps } from "./clean-up-deps.ts";
import { findCleanUpRuns, readCleanUpPolicy, writeCleanUpRuns } from "./clean-up-settings.ts";
import { cleanUpStatus } from "./clean-up-status.ts";
import { removeUpload } from "./left-uploads.ts";
import { factsOf, type OutsideFacts, outsideFacts } from "./outside-facts.ts";

/** What lies about and is not needed, found and taken away (P16). */
export interface CleanUps {
  status(): Promise<CleanUpStatus>;
  /** What would go now, and what stays; nothing is done. */
  plan(): Promise<CleanUpPlan & { problems: string[] }>;
  /** Takes away what may go. `conflict` while one is made by this control plane. Broken off anywhere it leaves what the next one takes. */
  run(actor: string): Promise<CleanUpRun>;
  /**
   * Takes away what a tenant's applications ran from that are gone, by digest and when it was last used, where nothing else needs it: without waiting for
   * the next clean-up, to which the rest is left. `by`: the operation that asks for it, which needs it no more. Again: no effect.
   */
  removeForgotten(tenantId: string, used: Readonly<Record<string, string>>, by: string): Promise<void>;
}

export function cleanUps(deps: CleanUpDeps): CleanUps {
  const { database, clock } = deps;
  let isRunning = false;
  return {
    status: () => cleanUpStatus(deps),
    async plan() {
      const outside = await outsideFacts(deps);
      const plan = await database.asSystem(async (store) => planNow(store, deps, outside));
      return { ...plan, problems: outside.problems };
    },
    async run(actor) {
      if (isRunning) throw new AppError("conflict", "A clean-up is under way: wait until it is done.");
      isRunning = true;
      try {
        const outside = await outsideFacts(deps);
        // Rows first, while nobody begins to use what they name; what is left when this breaks off here is known to no row, and goes the next time.
        const { goes } = await database.asSystem(async (store) => {
          await store.cleanUp.own();
          const plan = await planNow(store, deps, outside);
          await forget(store, plan.goes);
          return plan;
        });
        const done = await removeFrom(deps, goes, outside);
        const run: CleanUpRun = { at: clock().toISOString(), actor, ...done, problems: [...outside.problems, ...done.problems] };
        await database.asSystem(async (store) => {
          const runs = await findCleanUpRuns(store);
          await writeCleanUpRuns(store, { since: runs?.since ?? run.at, last: run }, actor);
        });
        return run;
      } finally {
        isRunning = false;
      }
    },
    async removeForgotten(tenantId, used, by) {
      const files = new Map((await deps.artifacts.list()).map(({ digest, ...file }) => [digest, file]));
      const nobodys = await database.asSystem(async (store) => {
        await store.cleanUp.own();
        const facts = factsOf(await store.cleanUp.facts(by), { files, uploads: [], stored: { images: [], volumes: [] }, problems: [] });
        const gone = planForgotten(facts, used, await readCleanUpPolicy(store), clock());
        return store.cleanUp.letGo(tenantId, gone);
      });
      if (await deps.isBackingUp()) return;
      for (const digest of nobodys) await deps.artifacts.remove(digest, files.get(digest)?.writtenAt ?? clock());
    },
  };
}

async function planNow(store: Store, { clock }: CleanUpDeps, outside: OutsideFacts): Promise<CleanUpPlan & { policy: CleanUpPolicy }> {
  const policy = await readCleanUpPolicy(store);
  return { ...planCleanUp(factsOf(await store.cleanUp.facts(), outside), policy, clock()), policy };
}

const idsOf = (items: readonly CleanUpItem[], kind: CleanUpItem["kind"]): string[] =>
  items.filter((item) => item.kind === kind).map(({ id }) => id);

/** Pods are not removed but wanted no more: the rest is the reconciler's. */
async function forget(store: Store, goes: readonly CleanUpItem[]): Promise<void> {
  const revisions = idsOf(goes, "release").map((id) => {
    const [pod = "", generation = ""] = id.split("/");
    return { pod, generation: Number(generation) };
  });
  await store.cleanUp.forget({ revisions, artifacts: idsOf(goes, "artifact") });
  for (const id of idsOf(goes, "build_cache").filter(isPod)) await store.pods.setDesired(id, "deleted", false);
}

async function removeFrom(
  deps: CleanUpDeps,
  goes: readonly CleanUpItem[],
  outside: OutsideFacts,
): Promise<Pick<CleanUpRun, "gone" | "bytes" | "problems">> {
  const problems: string[] = [];
  const gone = Object.fromEntries(cleanUpKinds.map((kind) => [kind, 0])) as CleanUpRun["gone"];
  let bytes = 0;
  // One that begins from here on finds no row of what goes.
  const isBackingUp = await deps.isBackingUp();
  if (isBackingUp) problems.push("A backup of AgentPod is being made: files of artifacts are left to the next clean-up.");
  for (const item of goes) {
    try {
      if (!(await remove(deps, item, outside, isBackingUp))) continue;
      gone[item.kind]++;
      bytes += item.bytes ?? 0;
    } catch (thrown) {
      problems.push(`${item.name}: ${toAppError(thrown).message}`);
    }
  }
  return { gone, bytes, problems };
}

/** False where it stays after all. */
async function remove(deps: CleanUpDeps, { kind, id }: CleanUpItem, outside: OutsideFacts, isBackingUp: boolean): Promise<boolean> {
  if (kind === "release" || (kind === "build_cache" && isPod(id))) return true;
  if (kind === "image" || kind === "build_cache") return deps.runtime.removeImage(id);
  if (kind === "upload") return removeUpload(deps.home, id, outside.uploads.find(({ path }) => path === id)?.writtenAt ?? "");
  const file = outside.files.get(id);
  if (file === undefined) return true;
  return isBackingUp ? false : deps.artifacts.remove(id, file.writtenAt);
}

const isPod = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
