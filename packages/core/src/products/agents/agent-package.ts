import { z } from "zod";
import { name } from "../../name.ts";
import { localized, templateInput } from "../../template.ts";
import { agentFacts } from "./agent-facts.ts";

/** `agent.yaml`: what a developer says of an agent that any number of customers are to get. Its files lie in folders beside it. */
export const agentPackage = z.strictObject({
  apiVersion: z.literal("agentpod/v1"),
  kind: z.literal("AgentPackage"),
  name,
  title: localized,
  description: localized,
  ...agentFacts.partial({ version: true }).shape,
  /** Asked of each customer; each reaches the agent as the environment variable `MY_KEY` for the input `myKey`. */
  inputs: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/, "a camelCase input name"), templateInput).default({}),
  /** The model unless a customer says otherwise. */
  model: z
    .strictObject({
      baseUrl: z.string().max(2000).optional(),
      api: z.string().max(60).optional(),
      name: z.string().max(200).optional(),
      contextWindow: z.int().min(1).optional(),
      maxTokens: z.int().min(1).optional(),
    })
    .default({}),
  resources: z
    .strictObject({ memoryMb: z.int().min(512).max(65_536).optional(), cpus: z.number().min(0.05).max(64).optional() })
    .default({}),
  /** Hibernation unless a customer says otherwise; `openPages: hold` for agents that are not to sleep while their page is open. */
  idle: z.strictObject({ sleepAfterSeconds: z.int().min(30).max(31_536_000), openPages: z.enum(["hold", "ignore"]).optional() }).optional(),
});

export type AgentPackage = z.infer<typeof agentPackage>;

/** Folders beside `agent.yaml` that are part of a package: the agent's workspace as it begins, and what is laid into it. */
export const packageFolders = ["workspace", "skills", "knowledge"] as const;

/** In the code of an agent's unit: where the files of its package lie. */
export const packageRoot = "package";

/** The shipped template that every package is built on. */
export const applianceTemplate = "openclaw";
