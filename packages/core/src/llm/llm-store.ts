import type { LlmBudget, LlmUsed } from "./llm-budget.ts";
import type { LlmKey } from "./llm-key.ts";
import type { LlmDialect, LlmModel, LlmProvider } from "./llm-provider.ts";
import type { LlmTokens } from "./llm-tokens.ts";

export interface LlmProviderStore {
  /** The key is encrypted. `conflict` when the name is taken. */
  insert(provider: {
    tenantId: string | null;
    name: string;
    dialect: LlmDialect;
    baseUrl: string;
    key: string;
    models: readonly LlmModel[];
    priority: number;
  }): Promise<LlmProvider>;
  /** What is absent stays; `key` is encrypted. */
  update(id: string, change: { baseUrl?: string; key?: string; models?: readonly LlmModel[]; priority?: number }): Promise<LlmProvider>;
  /** Of one tenant (name), of the installation itself (null), or all. */
  list(filter: { tenant?: string | null }): Promise<LlmProvider[]>;
  get(tenant: string | null, name: string): Promise<LlmProvider>;
  delete(id: string): Promise<void>;
  /** All of them with their keys. System role alone; the caller never logs. */
  reveal(): Promise<{ provider: LlmProvider; key: string }[]>;
}

export interface LlmKeyStore {
  /** `hash`: SHA-256 of the secret, hex. `conflict` when a key by hand of that name holds already. */
  insert(key: { id: string; tenantId: string; podId: string | null; name: string; hash: string }): Promise<LlmKey>;
  /** Of a tenant (name) or of all; revoked ones too. */
  list(filter: { tenant?: string }): Promise<LlmKey[]>;
  get(tenant: string, id: string): Promise<LlmKey>;
  /** Again: no effect. */
  revoke(id: string): Promise<void>;
  /** Revokes every key of a pod (id). */
  revokeOfPod(pod: string): Promise<void>;
  /** Whether the pod (id) has a key that holds. */
  podHasKey(pod: string): Promise<boolean>;
}

/** Somebody who asks the proxy. */
export interface LlmCaller {
  keyId: string;
  keyHash: string;
  keyName: string;
  tenantId: string;
  tenant: string;
  podId: string | null;
  pod: string | null;
}

export interface LlmUsageFilter {
  /** Names. */
  tenant?: string;
  pod?: string;
  /** Days such as 2026-11-21; both included. */
  from?: string;
  to?: string;
}

/** What was used by one caller of one model on one day (UTC). */
export interface LlmUsageRow extends LlmTokens {
  day: string;
  tenant: string;
  /** Pod name; null: a key by hand. */
  pod: string | null;
  /** Name of the key by hand; null for a pod. */
  key: string | null;
  model: string;
  /** Provider name. */
  provider: string;
  calls: number;
  /** Of the calls: those that the provider answered with an error, or not at all. */
  failed: number;
  /** Of the calls: those that were broken off. */
  aborted: number;
  /** Of the calls: those of which some count is an estimate. */
  estimated: number;
  costNano: number;
}

/** A call that is under way. */
export interface LlmCall {
  id: string;
  /** Which control plane works on it. */
  owner: string;
  tenantId: string;
  podId: string | null;
  keyId: string;
  /** Pod name, or name of the key. */
  callerName: string;
  model: string;
  provider: string;
  estimate: LlmTokens & LlmUsed;
}

export type LlmOutcome = "ok" | "failed" | "aborted";

export interface LlmSettled {
  id: string;
  provider: string;
  tokens: LlmTokens;
  costNano: number;
  outcome: LlmOutcome;
  isEstimated: boolean;
}

/**
 * What every call costs the database: one statement each, kept once it has it in memory. A machine that dies at once may lose the
 * last 0.6 s of it. System role alone.
 */
export interface LlmCallStatements {
  /**
   * By the id of a key; null for one that is unknown or revoked, or whose pod or tenant is going. Notes its use, once a minute.
   * The version changes whenever any provider does.
   */
  look(keyId: string): Promise<{ caller: LlmCaller; providersVersion: string } | null>;
  /** Opens a call for whose caller no budget holds; false where one does: then nothing was done. */
  openFree(call: LlmCall, now: Date): Promise<boolean>;
  /** Ends a call and counts it, both or neither. Again, or of a call that another has ended: no effect. */
  settle(settled: LlmSettled, now: Date): Promise<void>;
}

/** Calls, usage and budgets. All but `usage`, `budgets` and their writing are for the system role. */
export interface LlmUsageStore extends LlmCallStatements {
  /** Budgets that hold for a caller, each with what was used of it by now. Held until the transaction ends: one caller of a tenant at a time. */
  holdBudgets(caller: Pick<LlmCaller, "tenantId" | "podId">, now: Date): Promise<{ budget: LlmBudget; used: LlmUsed }[]>;
  /** The same, and nobody is held. */
  lookAtBudgets(caller: Pick<LlmCaller, "tenantId" | "podId">, now: Date): Promise<{ budget: LlmBudget; used: LlmUsed }[]>;
  open(call: LlmCall, now: Date): Promise<void>;
  /** What was seen so far of calls under way, and that their owner lives. */
  progress(owner: string, seen: readonly { id: string; tokens: LlmTokens; costNano: number }[], now: Date): Promise<void>;
  /** Ends and counts, as aborted and estimated, what dead control planes left: of `owner` itself, and of whoever was silent since `before`. Gives how many. */
  settleLost(owner: string | null, before: Date, now: Date): Promise<number>;
  /** By day, then caller, then model. */
  usage(filter: LlmUsageFilter): Promise<LlmUsageRow[]>;
  budgets(filter: { tenant?: string }, now: Date): Promise<{ budget: LlmBudget; used: LlmUsed }[]>;
  /** Puts the one of a tenant (id), or of one of its pods (id), in place. */
  putBudget(budget: Pick<LlmBudget, "tenantId" | "podId" | "moneyPerMonthNano" | "tokensPerDay" | "warnPercent">): Promise<LlmBudget>;
  deleteBudget(id: string): Promise<void>;
  /** True the first time it is asked of a budget, its limit, what there is to tell, and the period. */
  tellOnce(budget: string, limit: "money" | "tokens", what: "warned" | "stopped", period: string): Promise<boolean>;
}
