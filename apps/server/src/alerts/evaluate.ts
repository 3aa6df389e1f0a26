import { randomUUID } from "node:crypto";
import type { Alert, AlertChannel, AlertNotice, AlertRule } from "@agentpod/core/alert";
import { advanceAlerts } from "@agentpod/core/alert-advance";
import { type AlertFacts, conditionsOf } from "@agentpod/core/alert-conditions";
import type { Store } from "@agentpod/core/store";
import { readCrashes } from "./read-crashes.ts";

/**
 * One look: rules against facts, what changed is stored, events are written and notices queued, all in the caller's
 * transaction of the system role. Null while another control plane looks; else whether there is anything to send.
 */
export async function evaluate(store: Store, facts: Omit<AlertFacts, "crashed">, now: Date): Promise<boolean | null> {
  if (!(await store.alerts.lockEvaluation())) return null;
  const rules = await store.alertRules.list({});
  const conditions = conditionsOf(rules, { ...facts, crashed: await readCrashes(store) }, now);
  const changes = advanceAlerts(await store.alerts.open(), conditions, now, randomUUID);
  if (changes.length === 0) return false;
  await store.alerts.save(changes);
  const told = changes.flatMap(({ alert, tell }) => (tell === null ? [] : [{ alert, tell }]));
  if (told.length === 0) return false;
  const channels = await store.alertChannels.list({});
  for (const { alert, tell } of told) {
    const rule = rules.find(({ id }) => id === alert.ruleId) ?? null;
    await noteAlert(store, alert, tell);
    await store.alerts.queue(alert, channelsFor(alert, rule, channels), noticeOf(alert, tell, now), now);
  }
  return true;
}

/** The rule's own channels. What is built in goes to the tenant's, and where it has none to the installation's. */
function channelsFor(alert: Alert, rule: AlertRule | null, channels: readonly AlertChannel[]): string[] {
  const of = (tenantId: string | null) => channels.filter((channel) => channel.tenantId === tenantId);
  if (rule !== null) {
    const own = of(rule.tenantId);
    return (rule.channels.length === 0 ? own : own.filter(({ name }) => rule.channels.includes(name))).map(({ id }) => id);
  }
  const tenants = of(alert.tenantId);
  return (tenants.length > 0 ? tenants : of(null)).map(({ id }) => id);
}

const noticeOf = (alert: Alert, phase: "firing" | "resolved", now: Date): Omit<AlertNotice, "delivery"> => ({
  phase,
  kind: alert.kind,
  rule: alert.rule,
  tenant: alert.tenant,
  subject: alert.subjectName,
  message: alert.message,
  since: alert.since,
  at: now.toISOString(),
});

async function noteAlert(store: Store, alert: Alert, tell: "firing" | "resolved"): Promise<void> {
  const isPod = alert.subjectName.startsWith(`${alert.tenant}/`);
  await store.events.append({
    type: tell === "firing" ? "alert.fired" : "alert.resolved",
    tenantId: alert.tenantId,
    tenant: alert.tenant,
    pod: isPod ? alert.subjectName.slice((alert.tenant ?? "").length + 1) : null,
    podId: isPod ? alert.subject : null,
    actor: "system",
    source: null,
    result: tell === "firing" ? "failed" : "ok",
    message: `${alert.rule}: ${alert.subjectName}: ${tell === "firing" ? alert.message : "is well again"}`,
    data: { alert: alert.id, kind: alert.kind, rule: alert.rule, subject: alert.subject },
  });
}
