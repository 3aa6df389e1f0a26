import type { ObservedUnit } from "./runtime.ts";
import type { LiveStatus } from "./status.ts";

/**
 * What an instance holds of the settings that may change while it runs. `due`: it is to be told. `stale`: it has to be made anew, for
 * it does not run, or is not well, or would not take them.
 */
export type LiveStanding = "same" | "due" | "stale";

/** Hash of what an instance last ran with; null where that is not known. */
export function heldLive(told: LiveStatus | undefined, instance: ObservedUnit): string | null {
  if (told?.runId !== instance.runId) return instance.live ?? null;
  if (told.state === "applied") return told.revision;
  return null;
}

export interface LiveQuestion {
  /** What was last told to the unit. */
  told: LiveStatus | undefined;
  instance: ObservedUnit | null;
  /** Null: nothing of the unit may change while it runs. */
  wanted: string | null;
  /** It runs and is well. */
  isUp: boolean;
  /** It ended as it should, and is not started again. */
  isDone: boolean;
}

/** Compares with what is wanted. An instance starts with what it was made with, whatever it was told since. */
export function liveStanding({ told, instance, wanted, isUp, isDone }: LiveQuestion): LiveStanding {
  if (instance === null || wanted === null || instance.adoption) return "same";
  const held = heldLive(told, instance);
  if (instance.state !== "running") return instance.live === wanted || (isDone && held === wanted) ? "same" : "stale";
  if (held === wanted) return "same";
  const isRefused = told?.runId === instance.runId && told.state === "refused" && told.revision === wanted;
  return isUp && !isRefused ? "due" : "stale";
}
