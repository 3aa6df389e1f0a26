import { createHash } from "node:crypto";
import { PassThrough, pipeline, Readable, type Writable } from "node:stream";
import { createZstdCompress } from "node:zlib";
import { AppError } from "@agentpod/core/errors";
import type { VolumeInBackup } from "@agentpod/core/volume-backup";
import { extract, type Header, type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";
import { entryDigest } from "./entry-digest.ts";
import { ownerOf, withOwner } from "./entry-owner.ts";
import { sealChunks } from "./sealed-chunks.ts";
import type { PodInBackup, VolumesHeader } from "./volumes-header.ts";

/** A volume that is to be put into a backup. */
export interface VolumeSource extends Pick<VolumeInBackup, "unit" | "volume" | "how"> {
  /** A tar of one folder with all that is in it, whatever that folder is called. */
  open(): Promise<Readable>;
}

export interface WrittenVolumes {
  /** The bytes of the backup as they come to be; memory is constant. What fails in it ends it with that error. */
  content: Readable;
  /** Known once `content` has ended well. */
  volumes(): VolumeInBackup[];
}

/**
 * One line of JSON, then chunks of AES-256-GCM (see `sealChunks`) over a tar in zstd: `pod.json`, `volumes/<unit>/<volume>/…`,
 * `manifest.json`.
 */
export function writeVolumes(header: VolumesHeader, key: Buffer, pod: PodInBackup, sources: readonly VolumeSource[]): WrittenVolumes {
  const line = Buffer.from(`${JSON.stringify(header)}\n`);
  const archive = pack();
  const volumes: VolumeInBackup[] = [];
  const fill = async (): Promise<void> => {
    archive.entry({ name: "pod.json", mode: 0o600 }, JSON.stringify(pod));
    for (const source of sources) volumes.push(await addVolume(archive, source));
    archive.entry({ name: "manifest.json", mode: 0o600 }, JSON.stringify({ volumes }));
    archive.finalize();
  };
  const content = new PassThrough();
  content.write(line);
  pipeline(
    Readable.from(archive, { objectMode: false }),
    createZstdCompress(),
    sealChunks(key, createHash("sha256").update(line).digest()),
    content,
    () => undefined,
  );
  fill().catch((error: Error) => archive.destroy(error));
  return { content, volumes: () => volumes };
}

async function addVolume(archive: Pack, { unit, volume, how, open }: VolumeSource): Promise<VolumeInBackup> {
  const sum = entryDigest();
  const entries = extract();
  const tar = await open();
  pipeline(tar, entries as unknown as Writable, () => undefined);
  const stop = (): void => void tar.destroy();
  archive.once("close", stop);
  try {
    for await (const entry of entries) {
      const header = relativeHeader(entry.header);
      if (header === null) {
        entry.resume();
        continue;
      }
      const target = archive.entry({ ...withOwner(header), name: `volumes/${unit}/${volume}/${header.name}` });
      const content = createHash("sha256");
      target.on("error", () => undefined);
      for await (const chunk of entry) {
        content.update(chunk as Buffer);
        if (!target.write(chunk)) await drained(target, archive);
        if (archive.destroyed) throw new AppError("unavailable", "The backup was broken off.");
      }
      target.end(null);
      sum.add(header, header.type === "file" ? content.digest("hex") : "");
    }
  } finally {
    archive.off("close", stop);
    tar.destroy();
  }
  return { unit, volume, how, ...sum.sum() };
}

const kept = new Set(["file", "directory", "symlink", "link"]);

/**
 * An entry by its way from the volume's root; the root itself is `.`. Null for what has no content to keep (a pipe, a socket, a
 * device). Throws `invalid` for a name that could not be given back as it is.
 */
export function relativeHeader(header: Header): Header | null {
  const type = header.type === "contiguous-file" ? "file" : (header.type ?? "file");
  if (!kept.has(type)) return null;
  const name = withoutFirst(header.name);
  if (name.includes("\uFFFD"))
    throw new AppError("invalid", `The name of ${name} is not in UTF-8, and could not be given back: rename it, then make the backup.`);
  const linkname = type === "link" ? withoutFirst(header.linkname ?? "") : type === "symlink" ? (header.linkname ?? "") : null;
  const { mode = 0o644, mtime, size = 0 } = header;
  return {
    name,
    type,
    // Engines add the kind's bits.
    mode: mode & 0o7777,
    ...ownerOf(header),
    size: type === "file" ? size : 0,
    ...(mtime && { mtime }),
    ...(linkname !== null && { linkname }),
  } as Header;
}

/** Archives of a folder begin with its own name, or with a dot. */
function withoutFirst(path: string): string {
  const steps = path.split("/").filter((step) => step !== "" && step !== ".");
  const isDotted = path === "." || path.startsWith("./");
  return (isDotted ? steps : steps.slice(1)).join("/") || ".";
}
