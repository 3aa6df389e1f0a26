import { toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Look } from "./workflow.ts";

export type GateEnd = { is: "passed" | "changed" | "failed"; message: string };

export interface GateOptions {
  id: string;
  /** Which one has to be healthy. */
  generation: number;
  /** For so long without a restart, in milliseconds. */
  settleMs: number;
}

/**
 * Looks whether a pod has come up in a generation and stays so: what its probes and the gateway say is in its phase. `failed` once
 * it crashes in a loop or cannot be made; `changed` where somebody else wrote a later generation, or deleted it.
 */
export function podHealthGate({ id, generation, settleMs }: GateOptions): (store: Store, now: Date) => Promise<Look<GateEnd>> {
  let up: { runs: string; since: number } | null = null;
  return async (store, now) => {
    const pod = await store.pods.getById(id).catch((error: unknown) => {
      if (toAppError(error).code === "not_found") return null;
      throw error;
    });
    if (pod === null || pod.desired === "deleted") return ended("changed", "It was deleted in the meantime.");
    if (pod.generation !== generation) return ended("changed", "Somebody changed it in the meantime: it is left as it is.");
    if (pod.desired !== "running") return ended("passed", "It does not run; the version counts from its next start.");
    const { status } = pod;
    if (status.observedGeneration < generation) return { is: "waiting" };
    if (isUp(pod)) {
      const runs = status.units.map(({ name, runId }) => `${name} ${runId}`).join();
      if (up?.runs !== runs) up = { runs, since: now.getTime() };
      const left = up.since + settleMs - now.getTime();
      if (left <= 0) return ended("passed", "Healthy.");
      return { is: "waiting", message: "Healthy; watching whether it stays so.", againMs: left };
    }
    up = null;
    if (status.phase === "failing" || isLooping(pod)) return ended("failed", status.message);
    return { is: "waiting", message: status.message };
  };
}

const ended = (is: GateEnd["is"], message: string): Look<GateEnd> => ({ is: "done", value: { is, message } });

function isUp({ status }: Pod): boolean {
  const isThere = status.phase === "running" || status.phase === "succeeded";
  return isThere && status.units.every(({ health }) => health === "healthy" || health === "none");
}

function isLooping({ status }: Pod): boolean {
  return status.conditions.some(({ type, status: is }) => type === "CrashLoop" && is === "true");
}
