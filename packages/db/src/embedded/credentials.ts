import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Cluster } from "./cluster.ts";

/** Role and database that own everything of AgentPod's; not a superuser. */
export const ownerName = "agentpod";

export const randomPassword = (): string => randomBytes(24).toString("base64url");

/** Keeps the owner's password in a 0600 file; one that is there already stays. Gives the one that is kept. */
export function keepPassword(cluster: Cluster, password: string): string {
  const temporary = `${cluster.credentials}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(temporary, JSON.stringify({ password }), { mode: 0o600, flag: "wx", flush: true });
  try {
    // A link fails where the name is taken: of two that start at once both get the first one's.
    linkSync(temporary, cluster.credentials);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readPassword(cluster) ?? password;
}

/** The owner's password; null when none is kept. */
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
