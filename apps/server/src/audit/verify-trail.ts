import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import type { AuditVerification } from "@agentpod/core/api/audit-view";
import { type AuditRow, type ChainHead, genesis } from "@agentpod/core/audit-chain";
import type { EventArchive } from "@agentpod/core/audit-store";
import { chainWalker } from "@agentpod/core/audit-verify";
import type { Database } from "@agentpod/core/store";
import type { HeadFile } from "./head-file.ts";

export interface VerifyDeps {
  database: Database;
  heads: HeadFile;
  /** Folder of the archive files. */
  folder: string;
}

type Broken = NonNullable<AuditVerification["broken"]>;

const page = 1000;

/** Walks the whole chain, archive files first, and gives the first break. Memory is constant, whatever its length. */
export async function verifyTrail({ database, heads, folder }: VerifyDeps): Promise<AuditVerification> {
  const exported = await heads.read();
  const archives = await database.asSystem((store) => store.audit.archives());
  const result: AuditVerification = {
    intact: false,
    events: 0,
    archives: 0,
    missingArchives: [],
    heads: exported.length,
    head: await database.asSystem((store) => store.audit.head()),
    broken: null,
  };
  let anchor: ChainHead = genesis;
  for (const archive of archives) {
    result.broken = await verifyArchive(folder, archive, anchor, exported, result);
    if (result.broken) return result;
    anchor = { seq: archive.toSeq, hash: archive.hash };
  }
  result.broken = (await verifyDatabase(database, anchor, exported, result)) ?? (await findInserted(database));
  return { ...result, intact: result.broken === null };
}

async function verifyDatabase(
  database: Database,
  anchor: ChainHead,
  heads: readonly ChainHead[],
  result: AuditVerification,
): Promise<Broken | null> {
  const walker = chainWalker(anchor, heads);
  for (;;) {
    const links = await database.asSystem((store) => store.audit.links(walker.head().seq, page));
    if (links.length === 0) return walker.end();
    for (const link of links) {
      const broken = walker.walk(link);
      if (broken) return broken;
      result.events++;
    }
  }
}

async function findInserted(database: Database): Promise<Broken | null> {
  const eventId = await database.asSystem((store) => store.audit.findUnsealed());
  if (eventId === null) return null;
  return { kind: "inserted", seq: null, eventId, message: `Event ${eventId} was put between events that are sealed.` };
}

/** A file that lies with another control plane is passed over and named: the anchors join up without it. */
async function verifyArchive(
  folder: string,
  archive: EventArchive,
  anchor: ChainHead,
  heads: readonly ChainHead[],
  result: AuditVerification,
): Promise<Broken | null> {
  const at = (message: string): Broken => ({ kind: "archive", seq: archive.fromSeq, eventId: null, message });
  if (archive.fromSeq !== anchor.seq + 1 || archive.previousHash !== anchor.hash)
    return at(`Archive ${archive.file} does not join what came before it.`);
  const path = join(folder, archive.file);
  if (
    !(await access(path).then(
      () => true,
      () => false,
    ))
  ) {
    result.missingArchives.push(archive.file);
    return null;
  }
  const digest = createHash("sha256");
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      digest.update(chunk);
      done(null, chunk);
    },
  });
  const walker = chainWalker(anchor, heads);
  const source = createReadStream(path);
  const unpacked = createGunzip();
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [source, measured, unpacked]) stream.once("error", reject);
  });
  failed.catch(() => undefined);
  const walk = async (): Promise<Broken | null> => {
    for await (const line of createInterface({ input: source.pipe(measured).pipe(unpacked) })) {
      const { seq, hash, event } = JSON.parse(line) as { seq: number; hash: string; event: AuditRow };
      const broken = walker.walk({ seq, hash, eventId: event.id, row: event });
      if (broken) return { ...broken, kind: "archive", message: `In archive ${archive.file}: ${broken.message}` };
      result.events++;
    }
    return null;
  };
  try {
    const broken = await Promise.race([walk(), failed]);
    if (broken) return broken;
  } catch {
    return at(`Archive ${archive.file} is damaged.`);
  } finally {
    source.destroy();
  }
  const head = walker.head();
  if (head.seq !== archive.toSeq || head.hash !== archive.hash || digest.digest("hex") !== archive.sha256)
    return at(`Archive ${archive.file} is not as it was written.`);
  result.archives++;
  return null;
}
