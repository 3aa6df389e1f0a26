import { createHash, randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { llmKeyText } from "@agentpod/core/llm/llm-key";

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** A new key: its text is shown or put into a pod once, and then only its hash is kept. */
export function newLlmKey(): { id: string; hash: string; text: string } {
  const id = Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join("");
  const secret = randomBytes(32).toString("base64url");
  return { id, hash: hashOf(secret), text: llmKeyText(id, secret) };
}

/** Compares in constant time. */
export function isSecretOf(secret: string, hash: string): boolean {
  const [given, kept] = [Buffer.from(hashOf(secret)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");
