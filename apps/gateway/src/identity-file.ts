import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "@agentpod/host/process-identity";

/** What the gateway leaves for a supervisor that starts later. */
export interface GatewayIdentity extends ProcessIdentity {
  /** Port of the front door. */
  port: number;
  controlSocket: string;
}

const pathIn = (stateDir: string): string => join(stateDir, "gateway.json");

/** The gateway that lives on this state directory; null when none does (a file of a dead process counts for nothing). */
export function findLivingGateway(stateDir: string): GatewayIdentity | null {
  try {
    const identity = JSON.parse(readFileSync(pathIn(stateDir), "utf8")) as GatewayIdentity;
    return isAlive(identity) ? identity : null;
  } catch {
    return null;
  }
}

/** Records this process; the file is whole at any instant. */
export function writeIdentity(stateDir: string, port: number, controlSocket: string): void {
  const self = identify(process.pid) ?? { pid: process.pid, startedAt: "" };
  const identity: GatewayIdentity = { ...self, port, controlSocket };
  const path = pathIn(stateDir);
  writeFileSync(`${path}.next`, JSON.stringify(identity), { mode: 0o600 });
  renameSync(`${path}.next`, path);
}

export function removeIdentity(stateDir: string): void {
  rmSync(pathIn(stateDir), { force: true });
}
