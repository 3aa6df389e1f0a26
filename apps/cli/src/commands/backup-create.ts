import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { BackupCheck } from "@agentpod/core/api/backup-view";
import { AppError } from "@agentpod/core/errors";
import { saveBackup } from "@agentpod/host/save-backup";
import type { Cli } from "../cli.ts";
import { describeBackup } from "../describe-backup.ts";
import { readPassphrase } from "../read-passphrase.ts";
import { withoutServer } from "../without-server.ts";

export interface Options {
  to?: string;
  passphraseFile?: string;
}

export async function run(cli: Cli, _args: string[], { to, passphraseFile }: Options): Promise<void> {
  const passphrase = await readPassphrase(passphraseFile);
  if (to === undefined) return keepThere(cli, passphrase);
  const path = await targetOf(to);
  const content = Readable.from(await (await cli.client()).backups.stream(passphrase, cli.signal), { objectMode: false });
  await saveBackup(path, content).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", "the backup broke off before it was whole, and nothing of it was kept; the server's log says why", {
      cause,
    });
  });
  cli.out.progress("Reading it back …");
  const check = await withoutServer<BackupCheck>({ do: "verify", file: path, passphrase }, cli.out.progress, cli.signal);
  cli.out.show({ ...check, file: path }, `The backup is in ${path}.\n${describeBackup(check)}`);
}

/** In the home of the control plane; it goes on there if we are interrupted. */
async function keepThere(cli: Cli, passphrase: string | undefined): Promise<void> {
  const { backups } = await cli.client();
  const { name } = await backups.create(passphrase);
  for (;;) {
    const { running, last, folder } = await backups.status();
    if (last?.name === name && last.error !== null) throw new AppError("unavailable", last.error);
    if (last?.name === name && last.check !== null) {
      cli.out.show({ ...last.check, folder }, `Backup ${name} is in ${folder} on the machine of AgentPod.\n${describeBackup(last.check)}`);
      return;
    }
    if (running?.name !== name) throw new AppError("unavailable", "AgentPod was restarted before the backup was done; make it again");
    await delay(250, undefined, { signal: cli.signal });
  }
}

/** A name of its own in a folder. */
async function targetOf(to: string): Promise<string> {
  const path = resolve(to);
  const found = await stat(path).catch(() => null);
  if (!found?.isDirectory()) return path;
  return join(path, `agentpod-${new Date().toISOString().replaceAll(/[-:.]/g, "")}.tar`);
}
