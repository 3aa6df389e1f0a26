import { z } from "zod";
import { artifactDigest } from "../pod-spec.ts";
import { agentFacts } from "../products/agents/agent-facts.ts";
import { agentPackage } from "../products/agents/agent-package.ts";
import { localized, templateInput } from "../template.ts";

/** A package, with the folders beside its `agent.yaml` as artifacts that were uploaded. */
export const applyAgentPackageRequest = z.strictObject({
  package: agentPackage,
  files: z
    .strictObject({ workspace: artifactDigest.optional(), skills: artifactDigest.optional(), knowledge: artifactDigest.optional() })
    .default({}),
});

/** A version of a package; pods name it as their template. */
export const agentPackageView = z.object({
  name: z.string(),
  version: z.number(),
  /** Null: shipped with or owned by the installation. */
  tenantId: z.string().nullable(),
  createdAt: z.string(),
  /** For audit: `user:<id>`, `token:<id>` or `system`. */
  createdBy: z.string(),
  title: localized,
  description: localized,
  /** Of the program that runs the agent. */
  agentVersion: z.string(),
  channels: agentFacts.shape.channels,
  /** Paths of the configuration that a customer may set. */
  allow: agentFacts.shape.allow,
  config: z.record(z.string(), z.unknown()),
  inputs: z.record(z.string(), templateInput),
  files: z.object({ artifact: z.string() }),
});

/** A file of a package, below `workspace/`, `skills/` or `knowledge/`. */
export const agentPackageFile = z.object({
  path: z.string(),
  bytes: z.number(),
  /** Null: no text, or too long to be shown. */
  text: z.string().nullable(),
});

export type AgentPackageFile = z.infer<typeof agentPackageFile>;
export type ApplyAgentPackageRequest = z.input<typeof applyAgentPackageRequest>;
export type AgentPackageView = z.infer<typeof agentPackageView>;
