import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** How to reach an installation, and as whom. */
export interface Credentials {
  url: string;
  /** What others call it, where that differs: who asks for the installation by this name goes to `url`. */
  publicUrl?: string;
  /** The server's private socket, on the same machine. */
  socketPath?: string;
  token: string;
}

/** `cli` is written by the server for its own machine; `login` by `agentpod login`, and goes before it. */
export type CredentialsKind = "cli" | "login";

/** The credentials file below a home's `keys` folder. */
export const credentialsPath = (keysDir: string, kind: CredentialsKind = "cli"): string => join(keysDir, `${kind}.json`);

/** Writes the file atomically, readable by its owner alone; an earlier one is replaced. */
export function writeCredentials(keysDir: string, credentials: Credentials, kind: CredentialsKind = "cli"): void {
  const path = credentialsPath(keysDir, kind);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  // An older file of that name keeps its mode when it is written to.
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** What the file says; null when it is absent. Throws when it cannot be read or holds something else. */
export function readCredentials(keysDir: string, kind: CredentialsKind = "cli"): Credentials | null {
  let text: string;
  try {
    text = readFileSync(credentialsPath(keysDir, kind), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const value = JSON.parse(text) as Partial<Credentials>;
  if (typeof value.url !== "string" || typeof value.token !== "string")
    throw new Error(`${credentialsPath(keysDir, kind)} holds no url and token`);
  return {
    url: value.url,
    token: value.token,
    ...(typeof value.publicUrl === "string" ? { publicUrl: value.publicUrl } : {}),
    ...(typeof value.socketPath === "string" ? { socketPath: value.socketPath } : {}),
  };
}

/** Deletes the file; true if there was one. */
export function deleteCredentials(keysDir: string, kind: CredentialsKind): boolean {
  const present = readCredentials(keysDir, kind) !== null;
  rmSync(credentialsPath(keysDir, kind), { force: true });
  return present;
}
