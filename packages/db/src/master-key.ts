import { createHmac, randomBytes, scryptSync } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Home } from "@agentpod/host/home";

export interface Key {
  /** Derived from the key: the same key has the same id everywhere. */
  id: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Encrypts with `current`; what was encrypted with an older one can still be read. */
export interface MasterKey {
  current: Key;
  older: Key[];
}

const advice = "give 32 bytes in base64 (openssl rand -base64 32) or a passphrase of at least 32 characters";

/**
 * The key from AGENTPOD_MASTER_KEY, else from the 0600 file `<keys>/master-key`, made at the first call (two at once: one wins).
 * Older keys: AGENTPOD_MASTER_KEY_OLDER (separated by commas), and the file's further lines. With the variable set, an existing
 * file counts as older, so that a key can be moved into the variable. Throws `invalid` for a key too weak or unreadable.
 */
export function loadMasterKey(home: Home, env: Record<string, string | undefined>): MasterKey {
  const given = env.AGENTPOD_MASTER_KEY?.trim() ?? "";
  const older = (env.AGENTPOD_MASTER_KEY_OLDER ?? "")
    .split(",")
    .map((s) => s.trim())
    .filter((s) => s !== "");
  const file = join(home.keys, "master-key");
  const stored = given === "" ? readOrMake(file) : read(file);
  const [current, ...rest] = [
    ...(given === "" ? [] : [parseKey(given, "AGENTPOD_MASTER_KEY")]),
    ...stored.map((line) => parseKey(line, file)),
    ...older.map((key) => parseKey(key, "AGENTPOD_MASTER_KEY_OLDER")),
  ];
  if (!current) throw new AppError("invalid", `The master key file ${file} is empty: restore it from a backup, or ${advice}.`);
  return { current, older: rest.filter((k) => k.id !== current.id) };
}

/** A key of its own from raw bytes. */
export function keyOf(key: Buffer): Key {
  return { id: createHmac("sha256", key).update("agentpod key id").digest("hex").slice(0, 12), key };
}

/** The key that a line of the file or a variable stands for. `where` names it in what is thrown: `invalid` for a key too weak. */
export function parseKey(text: string, where: string): Key {
  const raw = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, "base64") : null;
  if (raw?.length === 32) return keyOf(raw);
  if (text.length < 32) throw new AppError("invalid", `${where} is too short: ${advice}.`);
  // The salt is fixed since every replica must come to the same key from the same passphrase.
  return keyOf(scryptSync(text, "agentpod master key v1", 32, { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }));
}

function read(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((s) => s.trim())
      .filter((s) => s !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new AppError("unavailable", `The master key file ${file} cannot be read: make it readable for the user AgentPod runs as.`, {
      cause: error,
    });
  }
}

function readOrMake(file: string): string[] {
  const found = read(file);
  if (found.length > 0) return found;
  const fresh = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(fresh, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    // A link fails where the name is taken: of two that start at once both read the key of the first.
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return read(file);
}
