import type { AlertFacts } from "@agentpod/core/alert-conditions";
import { crashLoopAt } from "@agentpod/core/plan-backoff";
import type { Store } from "@agentpod/core/store";

const setting = "alerts.cursor";
const page = 500;
const isFar = (cursor: string, position: string): boolean => Number.parseInt(position, 10) - Number.parseInt(cursor, 10) > 10_000;

/**
 * Crash loops that events tell of since the last look: one that was over before anybody looked at the pod still alerts.
 * Keeps its place in the same transaction. The first look ever begins with now.
 */
export async function readCrashes(store: Store): Promise<AlertFacts["crashed"]> {
  const cursor = (await store.settings.find(setting)) as string | null;
  // Taken first: whatever lies before it is visible to what reads after.
  const position = await store.events.position();
  if (cursor === null) {
    await store.settings.set(setting, position, "system");
    return [];
  }
  const events = await store.events.after(cursor, { type: "pod.alert" }, page);
  // Kept when it is of use: else every look would be a write.
  const next = events.at(-1)?.cursor ?? (isFar(cursor, position) ? position : null);
  if (next !== null) await store.settings.set(setting, next, "system");
  return events.flatMap(({ podId, data, message }) =>
    podId !== null && typeof data.count === "number" && data.count >= crashLoopAt ? [{ podId, message }] : [],
  );
}
