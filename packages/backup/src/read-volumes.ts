import { createHash } from "node:crypto";
import { pipeline, Readable, type Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createZstdDecompress } from "node:zlib";
import { AppError } from "@agentpod/core/errors";
import type { VolumeInBackup } from "@agentpod/core/volume-backup";
import { extract, type Header, type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";
import { type EntryDigest, entryDigest } from "./entry-digest.ts";
import { ownerOf, withOwner } from "./entry-owner.ts";
import { firstLine } from "./first-line.ts";
import { damaged, parseJson } from "./read-backup.ts";
import { openChunks } from "./sealed-chunks.ts";
import { type PodInBackup, podInBackup, type VolumesHeader, volumesFormat, volumesHeader, volumesManifest } from "./volumes-header.ts";

export interface ReadVolumes {
  header: VolumesHeader;
  pod: PodInBackup;
  volumes: VolumeInBackup[];
}

export interface VolumesReader {
  /** The key of the backup with this header; throws what is to be told where it cannot be had. */
  key(header: VolumesHeader): Buffer;
  /** Told before the first volume. */
  pod?(pod: PodInBackup, header: VolumesHeader): Promise<void>;
  /**
   * Takes a volume as a tar of what lies below its root (`.` is the root); must read it to its end. Absent: volumes are checked
   * and not given to anybody.
   */
  take?(volume: Pick<VolumeInBackup, "unit" | "volume">, tar: Readable): Promise<void>;
}

const largestPart = 64 * 1024 * 1024;

/**
 * Reads a backup of volumes to its end and checks all of it: every chunk, every entry, each volume's digest against the manifest,
 * that nothing is missing and nothing was put in. What `take` was given is only known to be whole once this has resolved.
 * Throws `invalid` with what is wrong.
 */
export async function readVolumes(content: Readable, reader: VolumesReader): Promise<ReadVolumes> {
  const { line, rest } = await firstLine(content, "This is no backup of volumes.");
  const header = parseHeader(line);
  const context = createHash("sha256").update(line).digest();
  const entries = extract();
  let failure: Error | null = null;
  let refused: Error | null = null;
  pipeline(rest, openChunks(reader.key(header), context), createZstdDecompress(), entries as unknown as Writable, (error) => {
    failure = error ?? null;
  });
  let pod: PodInBackup | null = null;
  let manifest: VolumeInBackup[] | null = null;
  let current: Current | null = null;
  const found: Omit<VolumeInBackup, "how">[] = [];
  const close = async (): Promise<void> => {
    if (current === null) return;
    const ended: Current = current;
    current = null;
    found.push({ unit: ended.unit, volume: ended.volume, ...ended.sum.sum() });
    await ended.end();
  };
  try {
    for await (const entry of entries) {
      const { name } = entry.header;
      if (manifest !== null) throw damaged("something was put in behind its end");
      if (pod === null) {
        if (name !== "pod.json") throw damaged("its parts are not in order");
        pod = await parsePart(entry, podInBackup, "pod.json");
        await reader.pod?.(pod, header).catch((error: Error) => {
          refused = error;
          throw error;
        });
        continue;
      }
      if (name === "manifest.json") {
        await close();
        manifest = (await parsePart(entry, volumesManifest, "its manifest")).volumes;
        continue;
      }
      const [, unit = "", volume = "", path = ""] = /^volumes\/([a-z0-9-]+)\/([a-z0-9-]+)\/(.+)$/s.exec(name) ?? [];
      if (path === "") throw damaged(`it holds ${JSON.stringify(name.slice(0, 100))}, which no backup has`);
      if (current === null || current.unit !== unit || current.volume !== volume) {
        await close();
        current = begin(unit, volume, reader.take, (error) => {
          refused = error;
        });
      }
      await (current as Current).add(entryOf(entry.header, path.replace(/(.)\/$/, "$1")), entry as unknown as AsyncIterable<Buffer>);
    }
    // The last chunk is checked behind the tar's end.
    if (failure !== null) throw failure;
  } catch (error) {
    content.destroy();
    (current as Current | null)?.break(error as Error);
    // Whoever takes it says best why it did not.
    throw refused ?? failureOf(failure ?? error);
  }
  if (pod === null || manifest === null) throw damaged("it is cut off");
  compare(manifest, found);
  return { header, pod, volumes: manifest };
}

interface Current {
  unit: string;
  volume: string;
  sum: EntryDigest;
  add(header: Header, content: AsyncIterable<Buffer>): Promise<void>;
  end(): Promise<void>;
  break(error: Error): void;
}

/** A volume that is being read; its tar is made anew for whoever takes it. */
function begin(unit: string, volume: string, take: VolumesReader["take"], onRefusal: (error: Error) => void): Current {
  const sum = entryDigest();
  const archive: Pack | null = take ? pack() : null;
  let failure: Error | null = null;
  const taken = archive && take?.({ unit, volume }, Readable.from(archive, { objectMode: false }));
  taken?.catch((error: Error) => {
    failure = error;
    onRefusal(error);
    archive?.destroy(error);
  });
  archive?.on("error", () => undefined);
  return {
    unit,
    volume,
    sum,
    async add(header, content) {
      const digest = createHash("sha256");
      const target = archive?.entry(withOwner(header));
      target?.on("error", () => undefined);
      for await (const chunk of content) {
        digest.update(chunk);
        if (failure !== null) throw failure;
        if (target && !target.write(chunk)) await drained(target, archive as Pack);
      }
      target?.end(null);
      sum.add(header, header.type === "file" ? digest.digest("hex") : "");
    },
    async end() {
      archive?.finalize();
      await taken;
    },
    break: (error) => archive?.destroy(error),
  };
}

/** The entry by its own way. What a file says never becomes a path unread, though it was us who wrote it. */
function entryOf(header: Header, name: string): Header {
  const { type, mode, size, mtime, linkname } = header;
  const isOut = (path: string): boolean => path.startsWith("/") || path.split("/").includes("..");
  if (isOut(name) || (type === "link" && isOut(linkname ?? ""))) throw damaged("an entry leads outside its volume");
  const isLink = type === "symlink" || type === "link";
  return { name, type, mode, ...ownerOf(header), size, mtime, ...(isLink && { linkname }) } as Header;
}

function parseHeader(line: Buffer): VolumesHeader {
  const value = parseJson(line) as { kind?: unknown; format?: unknown } | null;
  if (value?.kind !== "agentpod-volumes") throw new AppError("invalid", "This is no backup of volumes.");
  if (typeof value.format === "number" && value.format > volumesFormat)
    throw new AppError("conflict", `The backup is of layout ${value.format}, made by a newer AgentPod: use that version or a later one.`);
  const parsed = volumesHeader.safeParse(value);
  if (!parsed.success) throw damaged("its first line cannot be read", parsed.error);
  return parsed.data;
}

async function parsePart<T>(
  entry: { header: Header } & AsyncIterable<unknown>,
  schema: { safeParse(value: unknown): { success: boolean; data?: T; error?: unknown } },
  what: string,
): Promise<T> {
  if ((entry.header.size ?? 0) > largestPart) throw damaged(`${what} is too large`);
  const parsed = schema.safeParse(parseJson(await buffer(entry as AsyncIterable<Buffer>)));
  if (!parsed.success || parsed.data === undefined) throw damaged(`${what} cannot be read`, parsed.error);
  return parsed.data;
}

function compare(wanted: readonly VolumeInBackup[], found: readonly Omit<VolumeInBackup, "how">[]): void {
  for (const [i, volume] of wanted.entries()) {
    const is = found[i];
    const label = `volume ${volume.unit}/${volume.volume}`;
    if (is?.unit !== volume.unit || is.volume !== volume.volume) throw damaged(`${label} is missing`);
    if (is.entries !== volume.entries || is.bytes !== volume.bytes || is.digest !== volume.digest)
      throw damaged(`${label} is not as it was written`);
  }
  if (found.length > wanted.length) throw damaged("it holds a volume that was put in");
}

/** A target that went away is no fault of the backup's. */
function failureOf(error: unknown): Error {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const isOfData = code === undefined || /^(ZSTD|Z_|ERR_)/.test(code);
  return isOfData ? damaged("it is cut off, or not as it was written", error) : (error as Error);
}
