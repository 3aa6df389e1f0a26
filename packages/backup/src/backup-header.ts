import { z } from "zod";

/** Of the file's layout; what another version wrote may be laid out otherwise. */
export const backupFormat = 1;

const hex = z.string().regex(/^[0-9a-f]*$/);

/** The master key, encrypted by a passphrase. */
export const wrappedKey = z.object({
  kdf: z.literal("scrypt"),
  /** Bounded: a file of somebody else's must not make us use all memory. */
  cost: z.int().min(1024).max(262_144),
  blockSize: z.int().min(1).max(16),
  parallel: z.int().min(1).max(8),
  salt: hex,
  nonce: hex,
  tag: hex,
  ciphertext: hex,
});

/** First part of a backup: what there is to know before anything else is read. */
export const backupHeader = z.object({
  format: z.literal(backupFormat),
  /** Version of the AgentPod that made it. */
  agentpod: z.string(),
  createdAt: z.iso.datetime(),
  installation: z.string(),
  /** Made by itself, or asked for. */
  trigger: z.enum(["schedule", "request"]),
  /** Tags of the database's migrations, in order. */
  migrations: z.array(z.string()).min(1),
  /** Ids of the master keys that its secrets may be encrypted with, the current one first. */
  keyIds: z.array(z.string()).min(1),
  /** Null: the key is not in it. */
  key: wrappedKey.nullable(),
});

const table = z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()).min(1), rows: z.int().min(0) });

/** Last but one: all that came before it. */
export const backupManifest = z.object({
  format: z.literal(backupFormat),
  parts: z.array(z.object({ name: z.string(), bytes: z.int().min(0), sha256: hex })),
  tables: z.array(table),
  sequences: z.array(z.object({ schema: z.string(), name: z.string(), lastValue: z.string().regex(/^\d{1,19}$/), isCalled: z.boolean() })),
  /** Artifacts and archives that the database knows and that are not on the machine which made it: another control plane has them. */
  missing: z.array(z.string()),
});

export type WrappedKey = z.infer<typeof wrappedKey>;
export type BackupHeader = z.infer<typeof backupHeader>;
export type BackupManifest = z.infer<typeof backupManifest>;
export type BackupTable = BackupManifest["tables"][number];
