import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type BackupHeader, backupFormat } from "@agentpod/backup/backup-header";
import { archiveName, artifactName, headsName } from "@agentpod/backup/part-name";
import { type WrappingKey, wrapKeys } from "@agentpod/backup/wrap-key";
import { type BackupSource, writeBackup } from "@agentpod/backup/write-backup";
import { type DatabaseDump, dumpDatabase } from "@agentpod/db/backup/dump-database";
import type { MasterKey } from "@agentpod/db/master-key";
import type { Home } from "@agentpod/host/home";
import packageJson from "../../package.json" with { type: "json" };

/** What a backup is made of. */
export interface BackupPlace {
  ownerUrl: string;
  masterKey: MasterKey;
  home: Home;
  clock(): Date;
}

/**
 * Begins a backup: the snapshot is taken, and is let go when the stream has ended, well or not. `wrapping` null leaves the master
 * key out. Throws `conflict` while another is made.
 */
export async function makeBackup(
  place: BackupPlace,
  { trigger, wrapping }: { trigger: BackupHeader["trigger"]; wrapping: WrappingKey | null },
): Promise<{ header: BackupHeader; content: Readable }> {
  const { home, masterKey, clock } = place;
  // Before the snapshot: a head that is newer than the events would say that some are gone.
  const heads = await sizeOf(join(home.audit, "heads.jsonl"));
  const dump = await dumpDatabase(place);
  const keys = [masterKey.current, ...masterKey.older];
  const header: BackupHeader = {
    format: backupFormat,
    agentpod: packageJson.version,
    createdAt: clock().toISOString(),
    installation: dump.installation,
    trigger,
    migrations: dump.migrations,
    keyIds: keys.map(({ id }) => id),
    key:
      wrapping &&
      wrapKeys(
        wrapping,
        keys.map(({ key }) => key),
      ),
  };
  const content = writeBackup({ header, key: masterKey.current.key, sources: sources(dump, home, heads), sequences: dump.sequences });
  content.once("close", () => void dump.close());
  // Whoever reads it hears of an error; where nobody does yet, it is no reason to end.
  content.on("error", () => undefined);
  return { header, content };
}

async function* sources(dump: DatabaseDump, home: Home, heads: number | null): AsyncGenerator<BackupSource> {
  for (const table of dump.tables) {
    const { schema, name, columns } = table;
    yield { kind: "table", schema, name, columns, rows: dump.rows(table) };
  }
  if (heads !== null) yield { kind: "file", name: headsName, path: join(home.audit, "heads.jsonl"), bytes: heads };
  for (const file of dump.archives) yield await fileOr(archiveName(file), join(home.audit, "archive", file));
  for (const digest of dump.artifacts) {
    const hex = digest.replace(/^sha256:/, "");
    yield await fileOr(artifactName(hex), join(home.artifacts, `${hex}.tar`));
  }
}

/** What another control plane keeps is named, and is in that one's backup. */
async function fileOr(name: string, path: string): Promise<BackupSource> {
  const bytes = await sizeOf(path);
  return bytes === null ? { kind: "missing", name } : { kind: "file", name, path, bytes };
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
