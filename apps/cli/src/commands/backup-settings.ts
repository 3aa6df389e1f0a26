import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { readPassphrase } from "../read-passphrase.ts";

export interface Options {
  every?: number;
  keep?: number;
  passphraseFile?: string;
  /** False: `--no-passphrase`. */
  passphrase?: boolean;
  target?: string;
}

/** Without options it shows them. `--every 0` makes no more by themselves. */
export async function run(cli: Cli, _args: string[], { every, keep, passphraseFile, passphrase, target }: Options): Promise<void> {
  const { backups } = await cli.client();
  const status = await backups.status();
  const given = await readPassphrase(passphraseFile);
  if (given !== undefined && passphrase === false) throw new AppError("invalid", "give a passphrase, or take it away with --no-passphrase");
  const key = passphrase === false ? null : given;
  const isChanged = every !== undefined || keep !== undefined || key !== undefined || target !== undefined;
  const settings = isChanged
    ? await backups.setSettings({
        everyHours: every === undefined ? status.settings.everyHours : every === 0 ? null : every,
        keep: keep ?? status.settings.keep,
        ...(key !== undefined && { passphrase: key }),
        ...(target !== undefined && { target: target === "none" ? null : target }),
      })
    : status.settings;
  const when =
    settings.everyHours === null
      ? "No backups are made by themselves."
      : `A backup is made every ${settings.everyHours} hours into ${status.folder}; the last ${settings.keep} of these are kept.`;
  const protectedBy = settings.hasPassphrase
    ? "The master key is in them, under the passphrase."
    : "The master key is not in them: keep keys/master-key of the home elsewhere, or set --passphrase-file.";
  const copied = settings.target === null ? [] : [`Each is copied to target ${settings.target}.`];
  cli.out.show(settings, [when, ...copied, protectedBy, ...(status.problem === null ? [] : [status.problem])].join("\n"));
}
