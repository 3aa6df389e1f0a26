import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { MasterKey } from "./master-key.ts";

/** A value encrypted with AES-256-GCM: nonce (12 bytes), tag (16), ciphertext. */
export interface Sealed {
  keyId: string;
  ciphertext: Buffer;
}

/** What a sealed value belongs to; it opens nowhere else, so rows cannot be swapped. */
export type SealContext =
  | { pod: string; name: string }
  | {
      of: "certificate" | "dns provider" | "alert channel" | "backup target" | "llm provider" /** Null: the installation's. */;
      tenant: string | null;
      id: string;
    }
  | { of: "adopted container"; id: string }
  | { of: "deployment"; id: string }
  | { of: "deployment hook"; id: string }
  | { of: "acme account"; directory: string }
  | { of: "authority"; name: string }
  | { of: "platform secret"; name: string };

export interface SecretBox {
  seal(context: SealContext, value: string): Sealed;
  /** Throws `unavailable` when its key is not here, `internal` when key or context do not fit. */
  open(context: SealContext, sealed: Sealed): string;
  /** Id of the key that `seal` uses. */
  readonly keyId: string;
  /** True when the key of a sealed value is here. */
  knows(keyId: string): boolean;
}

export function secretBox(master: MasterKey): SecretBox {
  const keys = new Map([...master.older, master.current].map((k) => [k.id, k.key]));
  return {
    keyId: master.current.id,
    knows: (keyId) => keys.has(keyId),
    seal(context, value) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv("aes-256-gcm", master.current.key, nonce).setAAD(aad(context));
      const body = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
      return { keyId: master.current.id, ciphertext: Buffer.concat([nonce, cipher.getAuthTag(), body]) };
    },
    open(context, { keyId, ciphertext }) {
      const key = keys.get(keyId);
      const { subject, remedy } = wordsOf(context);
      if (!key) {
        throw new AppError(
          "unavailable",
          `${subject} was encrypted with master key ${keyId}, which is not here: give it as AGENTPOD_MASTER_KEY_OLDER, or ${remedy}.`,
        );
      }
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, ciphertext.subarray(0, 12), { authTagLength: 16 });
        decipher.setAAD(aad(context)).setAuthTag(ciphertext.subarray(12, 28));
        return Buffer.concat([decipher.update(ciphertext.subarray(28)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new AppError("internal", `${subject} cannot be decrypted: its row was damaged or moved. To mend it, ${remedy}.`, { cause });
      }
    },
  };
}

function aad(context: SealContext): Buffer {
  if ("pod" in context) return Buffer.from(JSON.stringify(["agentpod secret v1", context.pod, context.name]));
  const { of, ...row } = context;
  return Buffer.from(JSON.stringify([`agentpod ${of} v1`, ...Object.values(row)]));
}

function wordsOf(context: SealContext): { subject: string; remedy: string } {
  if ("pod" in context) return { subject: `Secret ${context.name}`, remedy: "set the secret anew" };
  switch (context.of) {
    case "certificate":
      return { subject: `The key of certificate ${context.id}`, remedy: "renew the certificate, or upload it again" };
    case "dns provider":
      return { subject: `What DNS provider ${context.id} is to log in with`, remedy: "remove the provider and add it again" };
    case "alert channel":
      return { subject: `The configuration of alert channel ${context.id}`, remedy: "remove the channel and add it again" };
    case "llm provider":
      return { subject: `The key of LLM provider ${context.id}`, remedy: "set its key anew" };
    case "backup target":
      return {
        subject: `What backup target ${context.id} is to log in with`,
        remedy: "add another target, and let the schedules use that",
      };
    case "adopted container":
      return { subject: `What the adopted container of pod ${context.id} keeps`, remedy: "release the container and adopt it again" };
    case "deployment":
      return { subject: `What deployment ${context.id} was given`, remedy: "deploy again" };
    case "deployment hook":
      return { subject: `The secret of deployment hook ${context.id}`, remedy: "delete the hook and make another" };
    case "acme account":
      return { subject: `The key of the account at ${context.directory}`, remedy: "let a new account be made" };
    case "platform secret":
      return { subject: `The installation's secret ${context.name}`, remedy: "set it anew" };
    case "authority":
      return { subject: `The key of the ${context.name} certificate authority`, remedy: "let a new authority be made" };
  }
}
