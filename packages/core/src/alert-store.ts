import type { Alert, AlertChannel, AlertLanguage, AlertNotice, AlertRule, ChannelKind } from "./alert.ts";
import type { AlertChange } from "./alert-advance.ts";
import type { ChannelConfigs } from "./alert-channel-config.ts";

export interface AlertChannelStore {
  /** The configuration is encrypted. `conflict` when the name is taken. */
  insert<K extends ChannelKind>(channel: {
    tenantId: string | null;
    name: string;
    kind: K;
    language: AlertLanguage;
    target: string;
    config: ChannelConfigs[K];
  }): Promise<AlertChannel>;
  /** Of one tenant (name), of the installation itself (null), or all. */
  list(filter: { tenant?: string | null }): Promise<AlertChannel[]>;
  get(tenant: string | null, name: string): Promise<AlertChannel>;
  /** Decrypted. System role alone; the caller never logs. */
  reveal(id: string): Promise<unknown>;
  /** What is queued for it goes along. */
  delete(id: string): Promise<void>;
}

/** What a rule about anything else need not say. */
type LogPart = "text" | "level" | "withinMinutes";

export interface AlertRuleStore {
  /** `conflict` when the name is taken. */
  insert(rule: Omit<AlertRule, "id" | "tenant" | "createdAt" | LogPart> & Partial<Pick<AlertRule, LogPart>>): Promise<AlertRule>;
  list(filter: { tenant?: string | null }): Promise<AlertRule[]>;
  get(tenant: string | null, name: string): Promise<AlertRule>;
  /** Puts this in the place of the rule with its id: what is open by it stays open. `conflict` where somebody else changed or removed it meanwhile. */
  replace(rule: AlertRule): Promise<void>;
  /** Its open alerts resolve with the next look. */
  delete(id: string): Promise<void>;
}

export interface AlertDelivery {
  id: string;
  alertId: string;
  channelId: string;
  channel: string;
  kind: ChannelKind;
  language: AlertLanguage;
  tenant: string | null;
  notice: AlertNotice;
  attempts: number;
  /** `dead`: given up. */
  state: "queued" | "delivered" | "dead";
  nextAt: string;
  /** Why the last attempt failed; empty before, and after success. */
  error: string;
  createdAt: string;
  deliveredAt: string | null;
}

export interface AlertStore {
  /** The newest first; `open`: pending and firing alone. Names of tenant. */
  list(filter: { tenant?: string; open?: boolean }, limit: number): Promise<Alert[]>;
  /** Deliveries, the newest first. */
  deliveries(filter: { tenant?: string }, limit: number): Promise<AlertDelivery[]>;

  /** True: this transaction alone evaluates. False while another control plane does. System role alone, as all that follows. */
  lockEvaluation(): Promise<boolean>;
  open(): Promise<Alert[]>;
  save(changes: readonly AlertChange[]): Promise<void>;
  /** Puts a notice into the queue of each channel. */
  queue(
    alert: { id: string; tenantId: string | null },
    channels: readonly string[],
    notice: Omit<AlertNotice, "delivery">,
    now: Date,
  ): Promise<void>;
  /** Takes deliveries that are due, for so long: nobody else has them meanwhile. Those of one alert go to a channel in their order. */
  claimDue(now: Date, seconds: number, limit: number): Promise<AlertDelivery[]>;
  settle(id: string, outcome: { state: AlertDelivery["state"]; error: string; nextAt: Date }, now: Date): Promise<void>;
  /** When the next one is due; null: the queue is empty. */
  nextDue(): Promise<Date | null>;
  /** Deletes what was resolved or settled before. */
  prune(before: Date): Promise<void>;
}
