import type { LogLevel } from "./log-level.ts";

/** What a rule looks for. The first four are built in: three failures in a row, a backup that failed, a lost channel and a budget that nears its end always alert. */
export const alertKinds = [
  "crash_loop",
  "backup",
  "channel",
  "llm_budget",
  "deployment",
  "unhealthy",
  "cpu",
  "memory",
  "certificate",
  "domain",
  "disk_low",
  "gateway",
  "log",
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** Looked for without a rule; nobody adds one for them. */
export const builtInAlertKinds = ["crash_loop", "backup", "channel", "llm_budget"] as const satisfies readonly AlertKind[];

/** These are about the installation, and belong to no tenant. */
export const platformAlertKinds: readonly AlertKind[] = ["backup", "disk_low", "gateway"];

/** Where a rule about logs does not say: lines, and minutes within which they come. */
export const logAlertDefaults = { threshold: 1, withinMinutes: 5 } as const;

export const channelKinds = ["webhook", "smtp", "slack", "discord", "telegram", "dingtalk", "feishu"] as const;
export type ChannelKind = (typeof channelKinds)[number];

export const alertLanguages = ["en", "zh"] as const;
export type AlertLanguage = (typeof alertLanguages)[number];

/** Where notices go. What it logs in with is never part of it. */
export interface AlertChannel {
  id: string;
  /** Null: the installation's own. */
  tenantId: string | null;
  /** Tenant name. */
  tenant: string | null;
  name: string;
  kind: ChannelKind;
  language: AlertLanguage;
  /** For people: host or addresses, without anything secret. */
  target: string;
  createdAt: string;
}

export interface AlertRule {
  id: string;
  /** Null: the installation's own; one about pods, certificates or domains then looks at every tenant's. */
  tenantId: string | null;
  tenant: string | null;
  name: string;
  kind: AlertKind;
  /** Name of the one pod it is about; null: all. */
  pod: string | null;
  /** Percent of the limit (cpu, memory), days (certificate), free MiB (disk_low), lines (log); null: what is usual, or the kind has none. */
  threshold: number | null;
  /** How long it has to be so without a break. */
  forSeconds: number;
  /** For `log`: part of the line, in whatever case; null: any. */
  text: string | null;
  /** For `log`: lines as bad as this, or worse; null: any. */
  level: LogLevel | null;
  /** For `log`: `threshold` lines come within so many minutes. */
  withinMinutes: number;
  /** Names of channels of the same owner; empty: all of them. */
  channels: string[];
  createdAt: string;
}

/** One thing that is, or was, the matter. */
export interface Alert {
  id: string;
  /** Null: a built-in rule, or one that is gone. */
  ruleId: string | null;
  /** The rule's name; of a built-in one its kind. */
  rule: string;
  kind: AlertKind;
  tenantId: string | null;
  tenant: string | null;
  /** Id of what it is about; `platform`. */
  subject: string;
  /** For people, such as `acme/web`. */
  subjectName: string;
  state: "pending" | "firing" | "resolved";
  /** Since when it is so. */
  since: string;
  firedAt: string | null;
  resolvedAt: string | null;
  /** Since when it is no longer so, before that counts as resolved; null: it is so. */
  quietSince: string | null;
  /** One sentence, as it was last seen. */
  message: string;
}

/** What a channel is told. */
export interface AlertNotice {
  /** The same for every attempt: receivers know a second delivery by it. */
  delivery: string;
  phase: "firing" | "resolved" | "test";
  kind: AlertKind | null;
  rule: string;
  tenant: string | null;
  subject: string;
  message: string;
  /** ISO 8601. */
  since: string;
  at: string;
}
