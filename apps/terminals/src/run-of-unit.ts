import { setTimeout as delay } from "node:timers/promises";
import type { ObservedUnit, Runtime, UnitId } from "@agentpod/core/runtime";

type Looks = Pick<Runtime, "observe">;

/** Identity of the unit's run; null when it does not run. From then on the driver ends what was run in it with it. */
export async function runIdOf(runtime: Looks, unit: UnitId): Promise<string | null> {
  return (await find(runtime, unit))?.runId ?? null;
}

/**
 * Whether that run goes on, now that a program in it has ended with this code. A program's streams can end a moment before
 * its container does: one that was killed makes us look twice.
 */
export async function isRunning(runtime: Looks, unit: UnitId, runId: string | null, exitCode: number): Promise<boolean> {
  const isThere = async () => (await find(runtime, unit).catch(() => null))?.runId === runId;
  if (!(await isThere())) return false;
  if (exitCode < 128) return true;
  await delay(1000);
  return isThere();
}

async function find(runtime: Looks, { pod, unit, revision }: UnitId): Promise<ObservedUnit | null> {
  const { units } = await runtime.observe([pod]);
  return units.find(({ id, state }) => id.unit === unit && id.revision === revision && state === "running") ?? null;
}
