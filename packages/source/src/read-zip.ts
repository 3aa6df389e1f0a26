import { buffer } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { AppError } from "@agentpod/core/errors";
import { tooLarge, tooMany } from "@agentpod/core/source/beyond-limits";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from "yauzl";
import type { EntrySpool } from "./entry-spool.ts";

/** Puts the files of a zip on this machine into a spool. Throws `invalid` for encrypted ones, devices, sizes that are not true, and what cannot be read. */
export async function readZip(file: string, spool: EntrySpool, limits: SourceLimits): Promise<void> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(file, { autoClose: false, decodeStrings: false, validateEntrySizes: true });
    if (zip.entryCount > limits.entries) throw tooMany("archive", limits);
    for await (const entry of zip.eachEntry()) await addEntry(zip, entry, spool, limits);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw refused("archive", "a whole tar, tar.gz or zip; this one is damaged or was cut off");
  } finally {
    zip?.close();
  }
}

async function addEntry(zip: ZipFile, entry: Entry, spool: EntrySpool, limits: SourceLimits): Promise<void> {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  if (entry.isEncrypted()) throw refused(name, "a file without a password");
  // The upper half holds the mode, where a system with modes made the archive.
  const mode = entry.versionMadeBy >>> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0;
  const kind = mode & 0o170000;
  if (kind === 0o040000 || name.endsWith("/")) return spool.addFolder(name);
  if (![0, 0o100000, 0o120000].includes(kind)) throw refused(name, "a file, a folder or a link");
  if (entry.uncompressedSize > limits.bytes) throw tooLarge(name, limits);
  if (!entry.canDecodeFileData()) throw refused(name, "a file that is stored or deflated");
  const content = await zip.openReadStreamPromise(entry);
  try {
    if (kind !== 0o120000) return await spool.addFile({ path: name, isExecutable: (mode & 0o100) !== 0 }, checked(content, entry, name));
    if (entry.uncompressedSize > limits.pathBytes) throw refused(name, `a link to a path of at most ${limits.pathBytes} bytes`);
    spool.addLink(name, (await buffer(content)).toString("utf8"));
  } finally {
    content.destroy();
  }
}

/** The same; fails where it is not what its checksum says. */
async function* checked(content: AsyncIterable<Buffer>, entry: Entry, name: string): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of content) {
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (sum !== entry.crc32 >>> 0) throw refused(name, "content that fits its checksum");
}
