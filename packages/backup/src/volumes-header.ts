import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import { podSpec } from "@agentpod/core/pod-spec";
import { consistencies } from "@agentpod/core/volume-backup";
import { z } from "zod";

/** Of the layout of a backup of volumes. */
export const volumesFormat = 1;

const hex = z.string().regex(/^[0-9a-f]*$/);

/** The first line of a backup of volumes, in the clear: what there is to know before it can be opened. */
export const volumesHeader = z.object({
  kind: z.literal("agentpod-volumes"),
  format: z.literal(volumesFormat),
  /** Version of the AgentPod that made it. */
  agentpod: z.string(),
  createdAt: z.iso.datetime(),
  installation: z.string(),
  backup: z.string(),
  tenant: z.string(),
  pod: z.string(),
  podId: z.string(),
  /** Which master key the key of this backup is encrypted with. */
  keyId: z.string(),
  key: z.object({ nonce: hex, tag: hex, ciphertext: hex }),
});

/** What is known of the pod: enough to make it again beside the old one. Encrypted with all else. */
export const podInBackup = z.object({
  spec: podSpec,
  template: z.object({ name: z.string(), version: z.number() }).nullable(),
  inputs: z.record(z.string(), z.unknown()),
  generation: z.number(),
  /** Values: what lies in a volume may be locked by them. */
  secrets: z.record(z.string(), z.string()),
});

export const volumesManifest = z.object({
  volumes: z.array(
    z.object({
      unit: z.string(),
      volume: z.string(),
      how: z.enum(consistencies),
      entries: z.number(),
      bytes: z.number(),
      digest: hex,
    }),
  ),
});

export type VolumesHeader = z.infer<typeof volumesHeader>;
export type PodInBackup = z.infer<typeof podInBackup>;

/** A master key and its id, see `packages/db/src/master-key.ts`. */
interface Key {
  id: string;
  key: Buffer;
}

const context = (backup: string): Buffer => Buffer.from(`agentpod-volumes-key-v1/${backup}`);

/** A new key for one backup, and how it is kept in the header. */
export function newBackupKey(master: Key, backup: string): { key: Buffer; kept: Pick<VolumesHeader, "keyId" | "key"> } {
  const key = randomBytes(32);
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", master.key, nonce).setAAD(context(backup));
  const ciphertext = Buffer.concat([cipher.update(key), cipher.final()]).toString("hex");
  return { key, kept: { keyId: master.id, key: { nonce: nonce.toString("hex"), tag: cipher.getAuthTag().toString("hex"), ciphertext } } };
}

/** The key of a backup. `invalid` where none of these master keys opens it, with what to give. */
export function backupKeyOf({ keyId, key, backup }: Pick<VolumesHeader, "keyId" | "key" | "backup">, masters: readonly Key[]): Buffer {
  const master = masters.find(({ id }) => id === keyId);
  if (!master)
    throw new AppError(
      "invalid",
      `The backup is encrypted with master key ${keyId}, which is not here: give it as AGENTPOD_MASTER_KEY_OLDER, then try again.`,
    );
  try {
    const decipher = createDecipheriv("aes-256-gcm", master.key, Buffer.from(key.nonce, "hex"), { authTagLength: 16 });
    decipher.setAAD(context(backup)).setAuthTag(Buffer.from(key.tag, "hex"));
    return Buffer.concat([decipher.update(Buffer.from(key.ciphertext, "hex")), decipher.final()]);
  } catch (cause) {
    throw new AppError("invalid", "The backup is damaged: its key cannot be opened. Take another one.", { cause });
  }
}
