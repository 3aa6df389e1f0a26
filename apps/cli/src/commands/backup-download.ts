import { resolve } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { saveBackup } from "@agentpod/host/save-backup";
import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [backup = ""]: string[], { to = backup }: { to?: string }): Promise<void> {
  const content = await (await cli.client()).backups.download(backup, cli.signal);
  const file = resolve(to);
  const bytes = await saveBackup(file, Readable.from(content, { objectMode: false })).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError("unavailable", "the connection broke before the backup was whole, and nothing of it was kept", { cause });
  });
  cli.out.show({ name: backup, file, bytes }, `The backup is in ${file}; agentpod backup verify reads it back.`);
}
