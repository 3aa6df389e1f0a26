import { z } from "zod";
import { databaseKinds } from "../database-unit.ts";

/** A database among a pod's units. */
export const databaseView = z.object({
  unit: z.string(),
  kind: z.enum(databaseKinds),
  /** Null for Redis. */
  user: z.string().nullable(),
  database: z.string().nullable(),
  /** As the pod's other units find it, the password masked; null while that is not known. */
  url: z.string().nullable(),
  /** Whether it can be dumped, restored and copied: PostgreSQL alone. */
  dumps: z.boolean(),
});
export type DatabaseView = z.infer<typeof databaseView>;

export const revealedDatabase = z.object({ unit: z.string(), url: z.string() });
export type RevealedDatabase = z.infer<typeof revealedDatabase>;
