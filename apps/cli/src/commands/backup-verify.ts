import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { BackupCheck } from "@agentpod/core/api/backup-view";
import type { Cli } from "../cli.ts";
import { describeBackup } from "../describe-backup.ts";
import { readPassphrase } from "../read-passphrase.ts";
import { readText } from "../read-text.ts";
import { withoutServer } from "../without-server.ts";

export interface Options {
  passphraseFile?: string;
  keyFile?: string;
}

/** A file here, without any server; else one of those that the control plane keeps. */
export async function run(cli: Cli, [backup = ""]: string[], { passphraseFile, keyFile }: Options): Promise<void> {
  if (!existsSync(backup)) {
    const check = await (await cli.client()).backups.verify(backup);
    cli.out.show(check, `${backup}, made ${check.createdAt} by AgentPod ${check.agentpod}.\n${describeBackup(check)}`);
    return;
  }
  const passphrase = await readPassphrase(passphraseFile);
  const keys = keyFile === undefined ? undefined : await readText(keyFile);
  const check = await withoutServer<BackupCheck>({ do: "verify", file: resolve(backup), passphrase, keys }, cli.out.progress, cli.signal);
  cli.out.show(check, `${backup}, made ${check.createdAt} by AgentPod ${check.agentpod}.\n${describeBackup(check)}`);
}
