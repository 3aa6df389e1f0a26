import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { runProgram } from "../run-program.ts";
import { browserStore, trustStore } from "../trust-store.ts";

export interface Options {
  print?: boolean;
  remove?: boolean;
}

export async function run(cli: Cli, _args: string[], { print, remove = false }: Options): Promise<void> {
  const pem = await (await cli.client()).certificates.authority();
  if (print) {
    cli.out.show({ certificate: pem }, pem);
    return;
  }
  await cli.confirm(
    remove
      ? "Stop trusting this installation's local authority on this machine?"
      : "Trust this installation's local authority on this machine?",
  );
  const folder = await mkdtemp(join(tmpdir(), "agentpod-trust-"));
  try {
    const certificate = join(folder, "authority.pem");
    await writeFile(certificate, `${pem}\n`);
    await change(certificate, pem, remove);
    const isInBrowsers = await changeBrowsers(certificate, remove);
    const browsers = isInBrowsers
      ? " Browsers are told too; start them anew."
      : " Browsers with a store of their own (Firefox) need it imported there.";
    cli.out.show(
      { trusted: !remove, browsers: isInBrowsers },
      remove ? "The local authority is no longer trusted here." : `The local authority is trusted here.${browsers}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function change(certificate: string, pem: string, remove: boolean): Promise<void> {
  const store = trustStore(process.platform, existsSync, certificate);
  try {
    if (store.file !== null && remove) await rm(store.file, { force: true });
    else if (store.file !== null) await writeFile(store.file, `${pem}\n`, { mode: 0o644 });
  } catch (cause) {
    throw new AppError("forbidden", `${store.file} cannot be written; run it as root: sudo agentpod trust`, { cause });
  }
  for (const command of remove ? store.remove : store.add) {
    const { code, output } = await runProgram(command);
    if (code !== 0) throw new AppError("unavailable", `${command.join(" ")} failed: ${output}`);
  }
}

/** The user's own certificate database, where there is one and the program for it; false where not. */
async function changeBrowsers(certificate: string, remove: boolean): Promise<boolean> {
  const database = join(homedir(), ".pki", "nssdb");
  if (!existsSync(database)) return false;
  const commands = browserStore(database, certificate);
  const { code } = await runProgram(remove ? commands.remove : commands.add).catch(() => ({ code: 1 }));
  return code === 0;
}
