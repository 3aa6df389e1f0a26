import { z } from "zod";

/** Where backups are put. */
export const folderTarget = z.strictObject({
  kind: z.literal("folder"),
  /** On the machine of the control plane; must be there. */
  path: z
    .string()
    .max(1024)
    .regex(/^\/[^\0]*$/, "an absolute path")
    .refine((path) => !path.split("/").includes(".."), "a path without .."),
});

export const s3Target = z.strictObject({
  kind: z.literal("s3"),
  /** `https://s3.eu-central-1.amazonaws.com`, or that of any service with the same API. */
  endpoint: z.url({ protocol: /^https?$/, error: "an address such as https://s3.example.com" }).max(500),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/, "a region such as eu-central-1")
    .default("us-east-1"),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
  /** What names of objects begin with; without a slash at either end. */
  prefix: z
    .string()
    .max(200)
    .regex(/^(?:[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*)?$/, "folders such as backups/agentpod")
    .default(""),
  /** `https://host/bucket/…` instead of `https://bucket.host/…`; most services but Amazon's want it. */
  pathStyle: z.boolean().default(true),
});

export const targetConfig = z.discriminatedUnion("kind", [folderTarget, s3Target]);

/** What opens an S3 target; encrypted at rest, never shown. */
export const s3Credentials = z.strictObject({
  accessKeyId: z.string().min(1).max(200),
  secretAccessKey: z.string().min(1).max(500),
});

export type TargetConfig = z.infer<typeof targetConfig>;
export type FolderTarget = z.infer<typeof folderTarget>;
export type S3Target = z.infer<typeof s3Target>;
export type S3Credentials = z.infer<typeof s3Credentials>;

export interface BackupTarget {
  id: string;
  /** Null: the installation's, for every tenant. */
  tenantId: string | null;
  tenant: string | null;
  name: string;
  config: TargetConfig;
  createdAt: string;
}
