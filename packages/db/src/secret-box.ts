import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { MasterKey } from "./master-key.ts";

/** A value encrypted with AES-256-GCM: nonce (12 bytes), tag (16), ciphertext. */
export interface Sealed {
  keyId: string;
  ciphertext: Buffer;
}

/** What a sealed value belongs to; it opens nowhere else, so rows cannot be swapped. */
export interface SealContext {
  pod: string;
  name: string;
}

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
      if (!key) {
        throw new AppError(
          "unavailable",
          `Secret ${context.name} was encrypted with master key ${keyId}, which is not here: give it as AGENTPOD_MASTER_KEY_OLDER, or set the secret anew.`,
        );
      }
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, ciphertext.subarray(0, 12), { authTagLength: 16 });
        decipher.setAAD(aad(context)).setAuthTag(ciphertext.subarray(12, 28));
        return Buffer.concat([decipher.update(ciphertext.subarray(28)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new AppError("internal", `Secret ${context.name} cannot be decrypted: its row was damaged or moved. Set the secret anew.`, {
          cause,
        });
      }
    },
  };
}

const aad = ({ pod, name }: SealContext) => Buffer.from(JSON.stringify(["agentpod secret v1", pod, name]));
