import { resolve } from "node:path";
import type { BackupCheck } from "@agentpod/core/api/backup-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { readPassphrase } from "../read-passphrase.ts";
import { readText } from "../read-text.ts";
import { withoutServer } from "../without-server.ts";

export interface Options {
  passphraseFile?: string;
  keyFile?: string;
  force?: boolean;
}

interface Inspected {
  createdAt: string;
  agentpod: string;
  /** Null: nothing is there. */
  target: { tenants: number; pods: number; users: number } | null;
}

export async function run(cli: Cli, [file = ""]: string[], { passphraseFile, keyFile, force = false }: Options): Promise<void> {
  const request = {
    file: resolve(file),
    passphrase: await readPassphrase(passphraseFile),
    keys: keyFile === undefined ? undefined : await readText(keyFile),
  };
  const { target, createdAt } = await withoutServer<Inspected>({ ...request, do: "inspect" }, cli.out.progress, cli.signal);
  if (target !== null) {
    const there = `There is an AgentPod here already, with ${target.tenants} tenants, ${target.pods} pods and ${target.users} users`;
    if (!force) throw new AppError("conflict", `${there}: restore into an empty home and database, or replace it with --force.`);
    await cli.confirm(`${there}. Replace all of it by the backup of ${createdAt}?`);
  }
  const done = await withoutServer<BackupCheck & { applied: string[]; pods: number; users: number }>(
    { ...request, do: "restore", replace: force },
    cli.out.progress,
    cli.signal,
  );
  const lines = [
    `The backup of ${createdAt} is restored: ${done.users} users, ${done.pods} pods, ${done.rows} rows, ${done.artifacts} artifacts.`,
    ...(done.applied.length > 0 ? [`Its database was brought up by ${done.applied.join(", ")}.`] : []),
    ...(done.missing.length > 0 ? [`It lacks ${done.missing.join(", ")}: bring these from the other control plane.`] : []),
    "Users log in with the passwords they had; all sessions have ended. Pods are made again from their specs at the next start:",
    "their data volumes are not in a backup. Pods that run here and are newer than it are left alone; agentpod doctor names them.",
    "Next: npm start",
  ];
  cli.out.show(done, lines.join("\n"));
}
