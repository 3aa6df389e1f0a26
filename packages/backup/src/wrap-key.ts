import { createCipheriv, createDecipheriv, createHmac, randomBytes, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { AppError } from "@agentpod/core/errors";
import type { WrappedKey } from "./backup-header.ts";

/** What a passphrase comes to; with it keys are wrapped without the passphrase being there. */
export interface WrappingKey extends Pick<WrappedKey, "kdf" | "cost" | "blockSize" | "parallel" | "salt"> {
  /** 32 bytes, in hex. */
  key: string;
}

/** 64 MiB and about half a second for each guess. */
const costs = { cost: 65_536, blockSize: 8, parallel: 2 } as const;
const shortest = 12;
const context = Buffer.from("agentpod backup key v1");

/** Throws `invalid` for a passphrase that is too short to protect anything. */
export async function wrappingKey(passphrase: string): Promise<WrappingKey> {
  if (passphrase.length < shortest)
    throw new AppError(
      "invalid",
      `The passphrase is too short: it protects every secret of the installation, give ${shortest} characters or more.`,
    );
  const salt = randomBytes(16).toString("hex");
  return { kdf: "scrypt", ...costs, salt, key: await derive(passphrase, { ...costs, salt }) };
}

/** Keys (32 bytes each), the current one first. */
export function wrapKeys({ key, ...derivation }: WrappingKey, keys: readonly Buffer[]): WrappedKey {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "hex"), nonce).setAAD(context);
  const ciphertext = Buffer.concat([cipher.update(Buffer.concat(keys)), cipher.final()]).toString("hex");
  return { ...derivation, nonce: nonce.toString("hex"), tag: cipher.getAuthTag().toString("hex"), ciphertext };
}

/** Throws `invalid` for another passphrase than the one they were wrapped with. */
export async function unwrapKeys(passphrase: string, wrapped: WrappedKey): Promise<Buffer[]> {
  const key = Buffer.from(await derive(passphrase, wrapped), "hex");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(wrapped.nonce, "hex"), { authTagLength: 16 });
    decipher.setAAD(context).setAuthTag(Buffer.from(wrapped.tag, "hex"));
    const all = Buffer.concat([decipher.update(Buffer.from(wrapped.ciphertext, "hex")), decipher.final()]);
    return Array.from({ length: all.length / 32 }, (_, i) => all.subarray(i * 32, i * 32 + 32));
  } catch (cause) {
    throw new AppError("invalid", "The passphrase is not the one this backup was made with.", { cause });
  }
}

/** Shows that a manifest was written by who has the master key. */
export function manifestMac(masterKey: Buffer, manifest: Buffer): string {
  const key = createHmac("sha256", masterKey).update("agentpod backup manifest v1").digest();
  return createHmac("sha256", key).update(manifest).digest("hex");
}

async function derive(passphrase: string, { cost, blockSize, parallel, salt }: Omit<WrappingKey, "kdf" | "key">): Promise<string> {
  const options = { N: cost, r: blockSize, p: parallel, maxmem: 256 * cost * blockSize };
  const derived = (await promisify<string, Buffer, number, object, Buffer>(scrypt)(
    passphrase,
    Buffer.from(salt, "hex"),
    32,
    options,
  )) as Buffer;
  return derived.toString("hex");
}
