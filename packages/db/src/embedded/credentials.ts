import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Cluster } from "./cluster.ts";

/** Role and database that own everything of AgentPod's; not a superuser. */
export const ownerName = "agentpod";

export interface Credentials {
  password: string;
  /** True when they were made just now: data that is already there does not know them yet. */
  fresh: boolean;
}

/** The owner's password, random, in a 0600 file made once; of two that start at once both get the same. */
export function ownerCredentials(cluster: Cluster): Credentials {
  const found = readPassword(cluster);
  if (found !== null) return { password: found, fresh: false };
  const temporary = `${cluster.credentials}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, JSON.stringify({ password: randomBytes(24).toString("base64url") }), { mode: 0o600, flag: "wx", flush: true });
  try {
    linkSync(temporary, cluster.credentials);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return { password: readPassword(cluster) as string, fresh: true };
}

export function readPassword(cluster: Cluster): string | null {
  try {
    return (JSON.parse(readFileSync(cluster.credentials, "utf8")) as { password: string }).password;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A host is named since some clients insist on one; pg goes by the socket's folder. */
export function ownerUrl(socketFolder: string, password: string): string {
  return `postgresql://${ownerName}:${encodeURIComponent(password)}@localhost:5432/${ownerName}?host=${encodeURIComponent(socketFolder)}`;
}
