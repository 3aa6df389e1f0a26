import type { Alert } from "./alert.ts";
import type { Condition } from "./alert-conditions.ts";

export interface AlertChange {
  /** As it is to be stored; a pending one that is no longer so is `gone`. */
  alert: Alert;
  is: "new" | "changed" | "gone";
  /** What channels are to be told; null: nothing. */
  tell: "firing" | "resolved" | null;
}

/** Seconds for which something must be well again before it counts as resolved: what flaps is told once. */
export const quietSeconds = 60;

/** One alert per rule and subject. */
const keyOf = ({ ruleId, kind, subject }: Pick<Alert, "ruleId" | "kind" | "subject">): string => JSON.stringify([ruleId, kind, subject]);

/**
 * What is to change about the open alerts (pending and firing), seen what is so now: pending as long as it is young, then
 * firing, then resolved. Told once each. The same again changes nothing. `newId` gives ids of alerts that are new.
 */
export function advanceAlerts(open: readonly Alert[], conditions: readonly Condition[], now: Date, newId: () => string): AlertChange[] {
  const byKey = new Map(open.map((alert) => [keyOf(alert), alert]));
  const changes: AlertChange[] = [];
  const seen = new Set<string>();
  for (const { forSeconds, ...condition } of conditions) {
    const key = keyOf(condition);
    if (seen.has(key)) continue;
    seen.add(key);
    const before = byKey.get(key) ?? null;
    const alert = before ?? newAlert(condition, newId(), now);
    const isDue = alert.state === "pending" && now.getTime() - Date.parse(alert.since) >= forSeconds * 1000;
    const next: Alert = {
      ...alert,
      message: condition.message,
      quietSince: null,
      ...(isDue ? { state: "firing" as const, firedAt: now.toISOString() } : {}),
    };
    if (before === null || isDue || before.quietSince !== null || before.message !== next.message)
      changes.push({ alert: next, is: before === null ? "new" : "changed", tell: isDue ? "firing" : null });
  }
  for (const alert of open) if (!seen.has(keyOf(alert))) changes.push(...quieted(alert, now));
  return changes;
}

function newAlert(condition: Omit<Condition, "forSeconds">, id: string, now: Date): Alert {
  return { ...condition, id, state: "pending", since: now.toISOString(), firedAt: null, resolvedAt: null, quietSince: null };
}

function quieted(alert: Alert, now: Date): AlertChange[] {
  if (alert.state === "pending") return [{ alert, is: "gone", tell: null }];
  if (alert.quietSince === null) return [{ alert: { ...alert, quietSince: now.toISOString() }, is: "changed", tell: null }];
  if (now.getTime() - Date.parse(alert.quietSince) < quietSeconds * 1000) return [];
  return [{ alert: { ...alert, state: "resolved", resolvedAt: now.toISOString() }, is: "changed", tell: "resolved" }];
}
