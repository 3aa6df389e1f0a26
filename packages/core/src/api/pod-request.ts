import { z } from "zod";
import { name } from "../name.ts";

/** `name` for the newest version, or `name@3`. */
export const templateReference = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?(@[1-9]\d{0,8})?$/, "a template such as hello or hello@2");

const inputs = z.record(z.string(), z.unknown());

/** A template with inputs, or a whole spec. */
export const createPodRequest = z.strictObject({
  name,
  template: templateReference.optional(),
  inputs: inputs.default({}),
  spec: z.unknown().optional(),
});

/** Only what is given changes. Inputs and secrets that are not given stay as they are. */
export const updatePodRequest = z.strictObject({
  template: templateReference.optional(),
  inputs: inputs.optional(),
  spec: z.unknown().optional(),
  /** Refused as a conflict when the pod has moved on since. */
  generation: z.int().min(1).optional(),
});

export const rollbackRequest = z.strictObject({ generation: z.int().min(1) });

export type CreatePodRequest = z.input<typeof createPodRequest>;
export type UpdatePodRequest = z.input<typeof updatePodRequest>;

/** Splits a template reference; version undefined is the newest. */
export function parseTemplateReference(reference: string): { name: string; version?: number } {
  const [templateName = "", version] = reference.split("@");
  return version === undefined ? { name: templateName } : { name: templateName, version: Number(version) };
}
