import { z } from "zod";
import { name } from "./name.ts";
import type { podSpec } from "./pod-spec.ts";

/** Text in the languages a person may read. */
export const localized = z.strictObject({ en: z.string().min(1).max(2000), zh: z.string().min(1).max(2000) });

const inputCommon = {
  title: localized.optional(),
  description: localized.optional(),
};

/** One input: a typed subset of JSON Schema. */
export const templateInput = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("string"),
    default: z.string().optional(),
    enum: z.array(z.string()).min(1).optional(),
    pattern: z.string().max(500).optional(),
    minLength: z.int().min(0).optional(),
    maxLength: z.int().min(1).optional(),
    /** Stored encrypted, never shown; `{{ inputs.x }}` then stands for `{{ secrets.x }}`. */
    secret: z.boolean().default(false),
    generate: z.enum(["password"]).optional(),
    ...inputCommon,
  }),
  z.strictObject({
    type: z.literal("integer"),
    default: z.int().optional(),
    minimum: z.int().optional(),
    maximum: z.int().optional(),
    ...inputCommon,
  }),
  z.strictObject({
    type: z.literal("number"),
    default: z.number().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    ...inputCommon,
  }),
  z.strictObject({ type: z.literal("boolean"), default: z.boolean().optional(), ...inputCommon }),
]);

/** What `template.yaml` holds once its files have been packed: `spec` is a PodSpec whose strings may hold `{{ inputs.x }}`. */
export const templateSpec = z.strictObject({
  apiVersion: z.literal("agentpod/v1"),
  kind: z.literal("Template"),
  name,
  title: localized,
  description: localized,
  /** Runtimes on which AgentPod's own tests start it, where it is one that AgentPod ships; on others it is untested. */
  tested: z
    .array(z.enum(["docker", "process"]))
    .max(2)
    .optional(),
  /** Inputs are required unless they have a default or are generated. */
  inputs: z.record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,39}$/, "a camelCase input name"), templateInput).default({}),
  /** A PodSpec with placeholders; checked as one after rendering with defaults. `code.folder` / `build.folder` name a folder beside the file until it is packed to `artifact`. */
  spec: z.record(z.string(), z.unknown()),
  /** Whose rules make the rendered spec whole, and what these have to know; nobody else reads the facts. */
  product: z.strictObject({ name: z.enum(["agent"]), facts: z.record(z.string(), z.unknown()) }).optional(),
});

export type Template = z.infer<typeof templateSpec>;
export type TemplateInput = z.infer<typeof templateInput>;

/** An immutable version; a change makes the next. */
export interface TemplateVersion {
  id: string;
  template: Template;
  version: number;
  /** Null: the system's. */
  tenantId: string | null;
  createdAt: string;
}

/** A version, and who made it. */
export interface MadeTemplateVersion extends TemplateVersion {
  /** For audit: `user:<id>`, `token:<id>` or `system`. */
  actor: string;
}

/** A whole `{{ inputs.x }}` string takes the input's type; hence the untyped spec until rendered. */
export type RenderedSpec = z.infer<typeof podSpec>;
