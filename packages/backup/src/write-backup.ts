import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { pack } from "tar-stream";
import { type BackupHeader, type BackupManifest, backupFormat } from "./backup-header.ts";
import { headerName, macName, manifestName, rowsName } from "./part-name.ts";
import { manifestMac } from "./wrap-key.ts";

/** What goes into a backup after its header. */
export type BackupSource =
  | { kind: "table"; schema: string; name: string; columns: string[]; rows: AsyncIterable<Buffer> }
  /** The first `bytes` of a file. */
  | { kind: "file"; name: string; path: string; bytes: number }
  /** Something that is not on this machine. */
  | { kind: "missing"; name: string };

export interface BackupContent {
  header: BackupHeader;
  /** Current master key, for the manifest's proof. */
  key: Buffer;
  sources: AsyncIterable<BackupSource>;
  /** Asked when all sources are through. */
  sequences(): Promise<BackupManifest["sequences"]>;
}

/** What is held at a time. Rows are cut into pieces of this size: a tar says the size of each entry before it. */
const pieceBytes = 4 * 1024 * 1024;
const zip = promisify(gzip);

/** The bytes of a backup, a tar, as they come to be; memory is constant. What fails in it ends it with that error. */
export function writeBackup(content: BackupContent): Readable {
  const archive = pack();
  const parts: BackupManifest["parts"] = [];
  const tables: BackupManifest["tables"] = [];
  const missing: string[] = [];

  const add = async (name: string, bytes: number, from: Readable): Promise<void> => {
    const digest = createHash("sha256");
    const entry = archive.entry({ name, size: bytes, mode: 0o600, mtime: new Date(content.header.createdAt), uid: 0, gid: 0 });
    await pipeline(
      from,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          digest.update(chunk);
          yield chunk;
        }
      },
      entry,
    );
    parts.push({ name, bytes, sha256: digest.digest("hex") });
  };
  const addBytes = (name: string, bytes: Buffer) => add(name, bytes.length, Readable.from([bytes]));

  const addTable = async ({ schema, name, columns, rows }: Extract<BackupSource, { kind: "table" }>): Promise<void> => {
    let count = 0;
    let piece = 0;
    for await (const text of inPieces(rows)) {
      count += linesIn(text);
      piece++;
      await addBytes(rowsName(schema, name, piece), await zip(text));
    }
    tables.push({ schema, name, columns, rows: count });
  };

  const writeAll = async (): Promise<void> => {
    await addBytes(headerName, jsonOf(content.header));
    for await (const source of content.sources) {
      if (source.kind === "missing") missing.push(source.name);
      else if (source.kind === "table") await addTable(source);
      else if (source.bytes === 0) await addBytes(source.name, Buffer.alloc(0));
      else await add(source.name, source.bytes, createReadStream(source.path, { end: source.bytes - 1 }));
    }
    const sequences = await content.sequences();
    const manifest = jsonOf({ format: backupFormat, parts: [...parts], tables, sequences, missing } satisfies BackupManifest);
    await addBytes(manifestName, manifest);
    await addBytes(macName, Buffer.from(manifestMac(content.key, manifest)));
    archive.finalize();
  };
  writeAll().catch((error: Error) => archive.destroy(error));
  return Readable.from(archive, { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* inPieces(rows: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of rows) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < pieceBytes) continue;
    yield Buffer.concat(held);
    held = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(held);
}

/** COPY writes a line for each row: a line break in a value is escaped. */
export function linesIn(text: Buffer): number {
  let lines = 0;
  for (let at = text.indexOf(10); at !== -1; at = text.indexOf(10, at + 1)) lines++;
  return lines;
}

const jsonOf = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
