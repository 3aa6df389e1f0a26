import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { AppError } from "@agentpod/core/errors";
import { tooLarge } from "@agentpod/core/source/beyond-limits";
import { refused } from "@agentpod/core/source/refused";
import { defaultSourceLimits, type SourceLimits } from "@agentpod/core/source/source-limits";
import { type EntrySpool, entrySpool, type Ignoring } from "./entry-spool.ts";
import { keepingFailure } from "./keeping-failure.ts";
import { readTar } from "./read-tar.ts";
import { readZip } from "./read-zip.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

export interface ArchiveOptions {
  limits?: SourceLimits;
  /** A folder that exists, for what is kept until the snapshot is closed; the system's for temporary files unless given. */
  scratch?: string;
  /** What its ignore files leave out; `all` unless given. */
  ignoring?: Ignoring;
}

/**
 * A tar, tar.gz or zip as a source; which it is, its first bytes say. Throws `invalid` for anything else, for a damaged one and
 * for what no source may hold; nothing is left behind then.
 */
export async function archiveSource(
  archive: Readable,
  { limits = defaultSourceLimits, scratch = tmpdir(), ignoring = "all" }: ArchiveOptions = {},
): Promise<SourceSnapshot> {
  const spool = await entrySpool(scratch, limits);
  try {
    const { head, whole } = await peeked(archive);
    const kind = kindOf(head);
    if (kind === "zip") await throughFile(whole, scratch, limits, (file) => readZip(file, spool, limits));
    else if (kind === "gzip") await readGzip(whole, spool, limits);
    else if (kind === "tar") await readTar(whole, spool, limits);
    else throw unknown(kind);
    return await spool.snapshot({ ignoring, notices: [] });
  } catch (error) {
    await spool.close();
    throw error;
  } finally {
    archive.destroy();
  }
}

type Kind = "zip" | "gzip" | "tar" | "bzip2" | "xz" | "zstd" | "7z" | "rar" | null;

const signs: readonly [Kind, readonly number[]][] = [
  ["zip", [0x50, 0x4b, 0x03, 0x04]],
  ["zip", [0x50, 0x4b, 0x05, 0x06]],
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["7z", [0x37, 0x7a, 0xbc, 0xaf]],
  ["rar", [0x52, 0x61, 0x72, 0x21]],
];

function kindOf(head: Buffer): Kind {
  const found = signs.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte));
  if (found) return found[0];
  // An empty archive is a block of zeros.
  const isTar =
    head.subarray(257, 262).toString("latin1") === "ustar" || (head.length >= 512 && head.subarray(0, 512).every((byte) => byte === 0));
  return isTar ? "tar" : null;
}

function unknown(kind: Kind): AppError {
  return refused("archive", kind === null ? "a tar, tar.gz or zip" : `a tar, tar.gz or zip, not ${kind}`);
}

/** The first block, and a stream of everything, that block too. */
async function peeked(archive: Readable): Promise<{ head: Buffer; whole: Readable }> {
  const chunks = archive.iterator({ destroyOnReturn: false });
  const parts: Buffer[] = [];
  let length = 0;
  while (length < 512) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(Buffer.from(next.value));
    length += parts.at(-1)?.length ?? 0;
  }
  const head = Buffer.concat(parts);
  const rest = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (;;) {
      const next = await chunks.next();
      if (next.done) return;
      yield next.value;
    }
  };
  return { head: head.subarray(0, 512), whole: Readable.from(rest(), { objectMode: false }) };
}

async function readGzip(gzip: Readable, spool: EntrySpool, limits: SourceLimits): Promise<void> {
  const tar = createGunzip({ chunkSize: 256 * 1024 });
  const unzipping = pipeline(gzip, tar).catch(() => undefined);
  try {
    await readTar(tar, spool, limits);
  } finally {
    tar.destroy();
    gzip.destroy();
    await unzipping;
  }
}

/** A zip says at its end what is in it: it has to be there as a whole. */
async function throughFile(archive: Readable, scratch: string, limits: SourceLimits, use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(scratch, "archive-"));
  try {
    const file = join(folder, "archive.zip");
    let bytes = 0;
    await pipeline(
      archive,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > limits.bytes) throw tooLarge("archive", limits);
          yield chunk;
        }
      },
      createWriteStream(file, { mode: 0o600 }),
    ).catch((error: unknown) => {
      throw keepingFailure(error);
    });
    await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
