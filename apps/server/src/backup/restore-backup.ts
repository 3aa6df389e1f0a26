import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type BackupPart, damaged, readBackup, readHeader } from "@agentpod/backup/read-backup";
import { rowsOf, type VerifiedBackup, verifyBackup } from "@agentpod/backup/verify-backup";
import { AppError } from "@agentpod/core/errors";
import { checkKnown, type DatabaseLoad, loadDatabase } from "@agentpod/db/backup/load-database";
import type { Key } from "@agentpod/db/master-key";
import type { Home } from "@agentpod/host/home";
import { syncFolder } from "@agentpod/host/save-backup";
import type { CrashPoint } from "../reconciler/crash-point.ts";
import { backupKeys, type GivenKeys } from "./backup-keys.ts";
import { keepKeys } from "./keep-keys.ts";

export interface RestoreOptions {
  file: string;
  home: Home;
  ownerUrl: string;
  /** What may open it. */
  given: GivenKeys;
  /** Keys that every start is given: these are not written into the home. */
  environment: readonly Key[];
  /** In place of what is in the database. */
  replace: boolean;
  clock(): Date;
  say(progress: string): void;
  crash: CrashPoint;
}

export interface Restored {
  backup: VerifiedBackup;
  /** Migrations from the backup's schema to this program's. */
  applied: string[];
}

/**
 * Brings a backup into a home and a database. The whole file is verified first. Then files are laid beside what is there: they
 * have names of their own, and mean nothing until the database, in one transaction, is the backup's. Cut off anywhere, either the
 * old installation starts or the new one.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { file, home, given, crash, say, clock } = options;
  const header = await readHeader(file);
  checkKnown(header.migrations);
  const keys = await backupKeys(header, given);
  say("Verifying the backup …");
  const backup = await verifyBackup(file, () => keys[0].key);
  crash("restore:verified");
  const id = randomUUID();
  // Passwords of the roles come from the key, and are made anew at every start.
  const load = await loadDatabase({ ...options, masterKey: { current: keys[0], older: [] }, migrations: header.migrations });
  try {
    await keepKeys(
      home,
      keys.filter(({ id }) => !options.environment.some((one) => one.id === id)),
    );
    crash("restore:keys");
    say(`Restoring ${backup.rows} rows and ${backup.artifacts} artifacts …`);
    await bringAll(options, backup, load, join(home.restoring, id));
    crash("restore:loaded");
    const { sequences } = backup.manifest;
    const restored = { id, at: clock().toISOString(), madeAt: header.createdAt, version: header.agentpod };
    const { applied } = await load.commit({ sequences, restored });
    crash("restore:committed");
    return { backup, applied };
  } finally {
    await load.close();
  }
}

async function bringAll({ file, home, crash }: RestoreOptions, backup: VerifiedBackup, load: DatabaseLoad, staged: string): Promise<void> {
  const wanted = new Map(backup.manifest.parts.map((part) => [part.name, part.sha256]));
  // There in any case: heads of after the backup would say that events are gone.
  const heads = join(staged, "heads.jsonl");
  await mkdir(staged, { recursive: true, mode: 0o700 });
  await writeFile(heads, "", { mode: 0o600 });
  for await (const part of readBackup(file)) {
    if (part.is.kind === "rows") {
      const { schema, table } = part.is;
      const about = backup.manifest.tables.find((one) => one.schema === schema && one.name === table);
      if (about) await load.rows(about, await rowsOf(part));
    } else if (part.is.kind === "heads") await write(part, heads);
    else if (part.is.kind === "artifact") await write(part, join(home.artifacts, `${part.is.digest}.tar`));
    else if (part.is.kind === "archive") await write(part, join(home.audit, "archive", part.is.file));
    else for await (const _ of part.content);
    // Between the two readings the file may have become another.
    if (wanted.has(part.name) && wanted.get(part.name) !== part.sha256()) throw damaged(`${part.name} changed while it was read`);
    crash(`restore:${part.is.kind}`);
  }
  await syncFolder(staged);
  await syncFolder(home.restoring);
}

/** Whole under its name, or not there. */
async function write(part: BackupPart, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const unfinished = `${path}.part`;
  try {
    await pipeline(part.content, createWriteStream(unfinished, { mode: 0o600, flush: true }));
    await rename(unfinished, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    const isFull = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (isFull)
      throw new AppError("unavailable", "The disk is full: nothing was restored. Free some space, then restore again.", { cause: error });
    throw error;
  }
}
