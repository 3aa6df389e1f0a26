import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ArchiveResult } from "@agentpod/core/api/audit-view";
import { type ChainHead, genesis } from "@agentpod/core/audit-chain";
import { chainWalker } from "@agentpod/core/audit-verify";
import { AppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";

export interface ArchiveDeps {
  database: Database;
  /** Folder for the files. */
  folder: string;
  clock(): Date;
}

/**
 * Moves events older than so many days into files of gzipped JSON lines, each with the chain's anchor in the database.
 * `conflict` where what is to be archived does not fit its seals: nothing that was tampered with gets away.
 */
export type ArchiveTrail = (olderThanDays: number) => Promise<ArchiveResult>;

/** In one file, and out of the database in one transaction. */
const most = 50_000;
const page = 1000;

export function archiveTrail(deps: ArchiveDeps): ArchiveTrail {
  let running: Promise<unknown> = Promise.resolve();
  // One after the other: two would write the same file.
  return (olderThanDays) => {
    const next = running.catch(() => undefined).then(() => archiveAll(deps, olderThanDays));
    running = next;
    return next;
  };
}

async function archiveAll({ database, folder, clock }: ArchiveDeps, olderThanDays: number): Promise<ArchiveResult> {
  const before = new Date(clock().getTime() - olderThanDays * 86_400_000);
  const archives = () => database.asSystem((store) => store.audit.archives());
  const result: ArchiveResult = { events: 0, archives: [] };
  for (;;) {
    const toSeq = await database.asSystem((store) => store.audit.lastBefore(before, most));
    if (toSeq === null) return result;
    const last = (await archives()).at(-1);
    const from = last === undefined ? genesis : { seq: last.toSeq, hash: last.hash };
    const written = await writeArchive(database, folder, from, toSeq);
    try {
      await database.asSystem((store) => store.audit.archive({ toSeq, ...written }));
    } catch (error) {
      // Another control plane was faster.
      await rm(join(folder, written.file), { force: true });
      throw error;
    }
    result.events += toSeq - from.seq;
    result.archives.push(...(await archives()).slice(-1));
  }
}

/** The file is whole under its name, and on the disk, before anything leaves the database. */
async function writeArchive(database: Database, folder: string, from: ChainHead, toSeq: number) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `events-${from.seq + 1}-${toSeq}-${randomBytes(4).toString("hex")}.jsonl.gz`;
  const unfinished = join(folder, `.${name}`);
  const file = await open(unfinished, "w", 0o600);
  try {
    const digest = createHash("sha256");
    let bytes = 0;
    await pipeline(Readable.from(lines(database, from, toSeq)), createGzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        digest.update(chunk);
        bytes += chunk.length;
        await file.write(chunk);
      }
    });
    await file.sync();
    await file.close();
    await rename(unfinished, join(folder, name));
    return { file: name, sha256: digest.digest("hex"), bytes };
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function* lines(database: Database, from: ChainHead, toSeq: number): AsyncGenerator<string> {
  const walker = chainWalker(from, []);
  while (walker.head().seq < toSeq) {
    const links = await database.asSystem((store) => store.audit.links(walker.head().seq, Math.min(page, toSeq - walker.head().seq)));
    if (links.length === 0) throw new AppError("conflict", `Seals after ${walker.head().seq} are gone: run agentpod audit verify.`);
    let text = "";
    for (const link of links) {
      const broken = walker.walk(link);
      if (broken) throw new AppError("conflict", `${broken.message} Nothing is archived: run agentpod audit verify.`);
      text += `${JSON.stringify({ seq: link.seq, hash: link.hash, event: link.row })}\n`;
    }
    yield text;
  }
}
