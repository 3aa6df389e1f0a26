import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { readSecret } from "../read-secret.ts";

export interface Options {
  currentFile?: string;
  newFile?: string;
}

/** Both are typed unseen or come from files. Standard input holds one of them, so the other needs a file then. */
export async function run(cli: Cli, _args: string[], { currentFile, newFile }: Options): Promise<void> {
  if (!process.stdin.isTTY && (currentFile === undefined || newFile === undefined))
    throw new AppError("invalid", "there is no terminal to ask at: give --current-file and --new-file");
  const current = await readSecret("Your present password", currentFile, cli.signal);
  const wanted = await readSecret("The new password", newFile, cli.signal);
  if (newFile === undefined && (await readSecret("The new password again", undefined, cli.signal)) !== wanted)
    throw new AppError("invalid", "the two new passwords differ; nothing was changed");
  await (await cli.client()).account.changePassword(current, wanted);
  cli.out.show({ changed: true }, "Your password is changed; your other logins have ended.");
}
