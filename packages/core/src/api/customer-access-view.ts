import { z } from "zod";
import { localized } from "../template.ts";

/** A browser that was handed an agent. Its secret is in that browser alone. */
export const customerAccessView = z.object({
  id: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullable(),
});

export const customerStates = ["ready", "starting", "asleep", "stopped", "trouble"] as const;

/** What the user of an agent sees of it, and nothing else of AgentPod. */
export const customerAgentView = z.object({
  agent: localized,
  state: z.enum(customerStates),
  channels: z.array(z.object({ name: z.string(), state: z.enum(["ok", "starting", "lost", "off"]) })),
  /** The agent's own page. */
  page: z.string().nullable(),
  /** Of this month (UTC). */
  usage: z.object({ month: z.string(), calls: z.number(), tokens: z.number() }),
  /** Null: there is no limit. */
  budget: z.object({
    /** Of this month's money, 0 to 100. */
    moneyLeftPercent: z.number().nullable(),
    /** Of today (UTC). */
    tokensLeft: z.number().nullable(),
  }),
  /** The access was reset in this browser: it may enter once. */
  mayEnter: z.boolean(),
});

export const resetAccessRequest = z.strictObject({ confirm: z.literal(true) });

export type CustomerAccessView = z.infer<typeof customerAccessView>;
export type CustomerAgentView = z.infer<typeof customerAgentView>;
