import { z } from "zod";
import { llmDialects } from "../llm/llm-provider.ts";
import { name } from "../name.ts";

const price = z.number().min(0).max(1e6);

/** Per million tokens, in the currency that the provider is paid in. What reading or filling a cache costs is like input unless given. */
const llmPrice = z
  .strictObject({ input: price, output: price, cacheRead: price.optional(), cacheWrite: price.optional() })
  .transform(({ input, output, cacheRead = input, cacheWrite = input }) => ({ input, output, cacheRead, cacheWrite }));

const modelName = z.string().min(1).max(200).regex(/^\S+$/, "the name of a model, without spaces");

const llmModel = z.strictObject({
  /** As it is asked for; `*` stands for every other one. */
  name: modelName,
  /** What the provider calls it; absent: the same. */
  upstream: modelName.nullable().default(null),
  price: llmPrice.nullable().default(null),
});

const models = z
  .array(llmModel)
  .min(1)
  .max(500)
  .refine((list) => new Set(list.map((one) => one.name)).size === list.length, "each model once")
  .refine((list) => list.every((one) => one.name !== "*" || one.upstream === null || one.upstream !== "*"), "no upstream * for *");

const baseUrl = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((url) => {
    const { username, password, search, hash } = new URL(url);
    return [username, password, search, hash].every((part) => part === "");
  }, "an address without user, query and fragment")
  .transform((url) => url.replace(/\/+$/, ""));

const key = z
  .string()
  .min(1)
  .max(4000)
  .regex(/^[\x21-\x7e]+$/, "a key without spaces");
const priority = z.int().min(0).max(1000);

/** The key is kept encrypted and never shown again. */
export const addLlmProviderRequest = z.strictObject({
  name,
  dialect: z.enum(llmDialects),
  /** What the provider's own documentation gives as base URL: with `/v1` for OpenAI-compatible ones, without for Anthropic's. */
  baseUrl,
  key,
  models,
  /** Lower ones are asked first; the next one where they fail. */
  priority: priority.default(100),
});

/** What is left out stays. */
export const changeLlmProviderRequest = z.strictObject({
  baseUrl: baseUrl.optional(),
  key: key.optional(),
  models: models.optional(),
  priority: priority.optional(),
});

export const llmProviderView = z.object({
  id: z.string(),
  /** Null: the installation's own, for every tenant. */
  tenant: z.string().nullable(),
  name: z.string(),
  dialect: z.enum(llmDialects),
  baseUrl: z.string(),
  models: z.array(
    z.object({
      name: z.string(),
      upstream: z.string().nullable(),
      price: z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() }).nullable(),
    }),
  ),
  priority: z.number(),
  createdAt: z.string(),
});

/** What a provider said when it was asked with its key. */
export const llmTestView = z.object({ ok: z.boolean(), message: z.string() });

export const addLlmKeyRequest = z.strictObject({ name });

export const llmKeyView = z.object({
  id: z.string(),
  tenant: z.string(),
  /** Null: made by hand. */
  pod: z.string().nullable(),
  name: z.string(),
  /** Without its secret. */
  masked: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  /** Null: it holds. */
  revokedAt: z.string().nullable(),
});

/** Shown this once. */
export const newLlmKeyView = llmKeyView.extend({ key: z.string() });

export const llmBudgetRequest = z
  .strictObject({
    /** In a calendar month (UTC), in the currency of the prices. */
    moneyPerMonth: z.number().min(0).max(1e6).nullable().default(null),
    /** In a day (UTC). */
    tokensPerDay: z.int().min(0).max(1e12).nullable().default(null),
    /** At which part of a limit an alert is raised. */
    warnPercent: z.int().min(1).max(100).default(80),
  })
  .refine(({ moneyPerMonth, tokensPerDay }) => moneyPerMonth !== null || tokensPerDay !== null, "a limit in money, in tokens, or both");

export const llmBudgetView = z.object({
  tenant: z.string(),
  /** Null: the tenant as a whole. */
  pod: z.string().nullable(),
  moneyPerMonth: z.number().nullable(),
  tokensPerDay: z.number().nullable(),
  warnPercent: z.number(),
  /** This month, calls under way included at their estimate. */
  moneyUsed: z.number(),
  /** Today, likewise. */
  tokensUsed: z.number(),
});

export const llmUsageBy = ["day", "model", "pod", "tenant"] as const;

export const llmUsageView = z.object({
  /** Null where the sum is over all of them; so for the others. */
  day: z.string().nullable(),
  tenant: z.string().nullable(),
  /** Pod name; null for keys made by hand, too. */
  pod: z.string().nullable(),
  /** Name of the key made by hand. */
  key: z.string().nullable(),
  model: z.string().nullable(),
  provider: z.string().nullable(),
  calls: z.number(),
  /** Of the calls: answered with an error, or not at all. */
  failed: z.number(),
  /** Of the calls: broken off. */
  aborted: z.number(),
  /** Of the calls: some count of them is an estimate. */
  estimated: z.number(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  cost: z.number(),
});

const dayTokens = z.object({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() });

/** What the LLM proxy counted of an agent, beside what the agent counted itself. */
export const usageCheckView = z.object({
  tenant: z.string(),
  pod: z.string(),
  /** Days (UTC), both included. */
  from: z.string(),
  to: z.string(),
  /** False: the agent is still counting; ask again in a moment. */
  isWhole: z.boolean(),
  /** The oldest first; days on which nobody counted anything are left out. */
  days: z.array(
    z.object({
      day: z.string(),
      proxy: dayTokens.extend({ calls: z.number(), estimated: z.number() }),
      agent: dayTokens,
      /** Tokens that the agent counted beyond the proxy; negative: the other way round. */
      difference: z.number(),
      verdict: z.enum(["same", "agent_more", "proxy_more"]),
      message: z.string(),
    }),
  ),
});

export type UsageCheckView = z.infer<typeof usageCheckView>;
export type AddLlmProviderRequest = z.input<typeof addLlmProviderRequest>;
export type ChangeLlmProviderRequest = z.input<typeof changeLlmProviderRequest>;
export type LlmProviderView = z.infer<typeof llmProviderView>;
export type LlmTestView = z.infer<typeof llmTestView>;
export type LlmKeyView = z.infer<typeof llmKeyView>;
export type NewLlmKeyView = z.infer<typeof newLlmKeyView>;
export type LlmBudgetRequest = z.input<typeof llmBudgetRequest>;
export type LlmBudgetView = z.infer<typeof llmBudgetView>;
export type LlmUsageView = z.infer<typeof llmUsageView>;
export type LlmUsageBy = (typeof llmUsageBy)[number];
