import { z } from "zod";
import { applyWays } from "../apply-way.ts";

const record = z.record(z.string(), z.unknown());

/** What a customer sees of an agent's configuration. No secret is in it. */
export const agentConfigView = z.object({
  generation: z.number(),
  package: z.object({ name: z.string(), version: z.number() }),
  agentVersion: z.string(),
  llm: z.object({
    /** Empty: AgentPod's own LLM proxy. */
    baseUrl: z.string(),
    api: z.string(),
    model: z.string(),
    contextWindow: z.number(),
    maxTokens: z.number(),
  }),
  channels: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      enabled: z.boolean(),
      /** False: there is no server here to test against; it follows the documentation. */
      verified: z.boolean(),
      /** Keys of its configuration that are secret. */
      secrets: z.array(z.string()),
      config: record,
      /** Linked to somebody's own account by a code which a phone reads: where its app has that (`menu`). Null: its secrets are all it needs. */
      login: z.object({ menu: z.string(), seconds: z.number() }).nullable(),
      /** Why an agent cannot hibernate while this channel is on, as a sentence; null: it can, for messages wake it. */
      keepsAwake: z.string().nullable(),
    }),
  ),
  /** Seconds without traffic after which it is stopped until there is some; 0: never. */
  hibernateAfterSeconds: z.number(),
  /** Names of the inputs whose secret is stored and not empty. */
  storedSecrets: z.array(z.string()),
  /** What differs from the package's configuration. */
  overrides: record,
  /** Paths that the package lets be set. */
  allow: z.array(z.string()),
  /** The whole of it, as the agent reads it. */
  config: record,
  /** Of a change: `live`, the agent takes it while it runs; `restart`, it is started anew; `later`, at its next start. */
  applies: z.enum(applyWays).optional(),
});

export const setAgentConfigRequest = z.strictObject({
  llm: z
    .strictObject({
      baseUrl: z.string().nullable(),
      api: z.string().nullable(),
      model: z.string().nullable(),
      key: z.string().nullable(),
      contextWindow: z.int().nullable(),
      maxTokens: z.int().nullable(),
    })
    .partial()
    .optional(),
  /** By name, keys as the channel itself calls them, secret ones too; null switches one off. */
  channels: z.record(z.string(), record.nullable()).optional(),
  /** Laid over what the pod has, by the agent's own names; null takes one of the pod's own settings away. */
  config: record.optional(),
  /** 0: never; null: as the package has it. Refused while a channel is on that needs the agent awake. */
  hibernateAfterSeconds: z.int().min(0).max(31_536_000).nullable().optional(),
  /** Other inputs of the package. */
  inputs: record.optional(),
  /** Refused as a conflict when the pod has moved on since. */
  generation: z.int().min(1).optional(),
});

export const testAgentConfigRequest = z.strictObject({ what: z.string().max(60) });

export const agentTestView = z.object({ ok: z.boolean(), message: z.string() });

export type AgentConfigView = z.infer<typeof agentConfigView>;
export type SetAgentConfigRequest = z.input<typeof setAgentConfigRequest>;
export type AgentTestView = z.infer<typeof agentTestView>;
