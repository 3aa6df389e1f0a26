import { z } from "zod";
import { templateSpec } from "../template.ts";

export const templateView = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number(),
  /** Null: shipped with or owned by the installation. */
  tenantId: z.string().nullable(),
  createdAt: z.string(),
  template: templateSpec,
});

export const artifactView = z.object({ digest: z.string(), bytes: z.number() });

export type TemplateView = z.infer<typeof templateView>;
export type ArtifactView = z.infer<typeof artifactView>;
