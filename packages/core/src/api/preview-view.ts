import { z } from "zod";
import { deploymentStates } from "../deployment.ts";
import { previewDatabases, previewTtlSeconds } from "../preview.ts";

/** An application beside a project's, for a while. */
export const previewView = z.object({
  tenant: z.string(),
  /** The application that it is: its deployments, its pod and its address have this name. */
  name: z.string(),
  project: z.string(),
  preview: z.string(),
  database: z.enum(previewDatabases),
  /** When the project's data was in its database; null: not yet, or never. */
  copiedAt: z.string().nullable(),
  ttlSeconds: z.number(),
  expiresAt: z.string(),
  /** It is being taken away. */
  ending: z.boolean(),
  /** Of its newest deployment; null where none is kept. */
  state: z.enum(deploymentStates).nullable(),
  url: z.string().nullable(),
  actor: z.string(),
  createdAt: z.string(),
});
export type PreviewView = z.infer<typeof previewView>;

export const extendPreviewRequest = z.strictObject({
  /** From now on; absent: as long as it was given before. */
  ttlSeconds: previewTtlSeconds.optional(),
});
export type ExtendPreviewRequest = z.input<typeof extendPreviewRequest>;
