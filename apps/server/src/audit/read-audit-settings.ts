import { type AuditSettings, auditSettings } from "@agentpod/core/api/audit-view";
import type { Store } from "@agentpod/core/store";

export const auditSettingsKey = "audit";

const standard: AuditSettings = { archiveAfterDays: null, headWebhook: null, headEvery: 1000 };

/** What the admin set, over what is so unless set. */
export async function readAuditSettings(store: Pick<Store, "settings">): Promise<AuditSettings> {
  const stored = (await store.settings.find(auditSettingsKey)) ?? {};
  return auditSettings.parse({ ...standard, ...stored });
}
