import { z } from "zod";
import { alertKinds, alertLanguages, builtInAlertKinds, type ChannelKind, channelKinds, logAlertDefaults } from "../alert.ts";
import { channelConfigs } from "../alert-channel-config.ts";
import { logLevels } from "../log-level.ts";
import { name } from "../name.ts";

const common = { name, language: z.enum(alertLanguages).default("en") };
const channelOf = <K extends ChannelKind>(kind: K) => z.strictObject({ ...common, kind: z.literal(kind), config: channelConfigs[kind] });

/** What a channel is given is kept encrypted and never shown again. */
export const addAlertChannelRequest = z.discriminatedUnion("kind", [
  channelOf("webhook"),
  channelOf("smtp"),
  channelOf("slack"),
  channelOf("discord"),
  channelOf("telegram"),
  channelOf("dingtalk"),
  channelOf("feishu"),
]);

export const alertChannelView = z.object({
  id: z.string(),
  /** Null: the installation's own. */
  tenant: z.string().nullable(),
  name: z.string(),
  kind: z.enum(channelKinds),
  language: z.enum(alertLanguages),
  /** Host or addresses, without anything secret. */
  target: z.string(),
  createdAt: z.string(),
});

export const addAlertRuleRequest = z.strictObject({
  name,
  /** `crash_loop`, `backup`, `channel` and `llm_budget` are built in and always on. */
  kind: z.enum(alertKinds).exclude(builtInAlertKinds),
  /** One pod alone. */
  pod: name.nullable().default(null),
  /** Percent of the limit (cpu, memory; 90 unless given), days before the end (certificate; 14), MiB that should be free (disk_low; 1024), lines (log; 1). */
  threshold: z.number().min(0).max(1e9).nullable().default(null),
  /** How long it has to be so without a break. */
  forSeconds: z.int().min(0).max(604_800).default(0),
  /** For `log`: part of the line, in whatever case. */
  text: z.string().min(1).max(500).nullable().default(null),
  /** For `log`: lines as bad as this, or worse. */
  level: z.enum(logLevels).nullable().default(null),
  /** For `log`: the lines come within so many minutes. */
  withinMinutes: z.int().min(1).max(1440).default(logAlertDefaults.withinMinutes),
  /** Channels of the same owner; empty: all of them. */
  channels: z.array(name).max(50).default([]),
});

/** Name and kind are what a rule is; what is left out is as for a new one. */
export const changeAlertRuleRequest = addAlertRuleRequest.omit({ name: true, kind: true });

export const alertRuleView = z.object({
  id: z.string(),
  tenant: z.string().nullable(),
  name: z.string(),
  kind: z.enum(alertKinds),
  pod: z.string().nullable(),
  threshold: z.number().nullable(),
  forSeconds: z.number(),
  text: z.string().nullable(),
  level: z.enum(logLevels).nullable(),
  withinMinutes: z.number(),
  channels: z.array(z.string()),
  createdAt: z.string(),
});

export const alertView = z.object({
  id: z.string(),
  rule: z.string(),
  kind: z.enum(alertKinds),
  tenant: z.string().nullable(),
  subject: z.string(),
  subjectName: z.string(),
  state: z.enum(["pending", "firing", "resolved"]),
  since: z.string(),
  firedAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
  message: z.string(),
});

export const alertDeliveryView = z.object({
  id: z.string(),
  alertId: z.string(),
  channel: z.string(),
  kind: z.enum(channelKinds),
  tenant: z.string().nullable(),
  phase: z.enum(["firing", "resolved", "test"]),
  subject: z.string(),
  attempts: z.number(),
  /** `dead`: given up. */
  state: z.enum(["queued", "delivered", "dead"]),
  nextAt: z.string(),
  /** Why the last attempt failed; empty: it did not. */
  error: z.string(),
  createdAt: z.string(),
  deliveredAt: z.string().nullable(),
});

export type AddAlertChannelRequest = z.input<typeof addAlertChannelRequest>;
export type AlertChannelView = z.infer<typeof alertChannelView>;
export type AddAlertRuleRequest = z.input<typeof addAlertRuleRequest>;
export type ChangeAlertRuleRequest = z.input<typeof changeAlertRuleRequest>;
export type AlertRuleView = z.infer<typeof alertRuleView>;
export type AlertView = z.infer<typeof alertView>;
export type AlertDeliveryView = z.infer<typeof alertDeliveryView>;
