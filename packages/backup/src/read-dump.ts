import { createHash } from "node:crypto";
import { PassThrough, pipeline, type Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { type DumpHeader, dumpFormat, dumpHeader } from "./dump-header.ts";
import { firstLine } from "./first-line.ts";
import { damaged, parseJson } from "./read-backup.ts";
import { openChunks } from "./sealed-chunks.ts";
import { summing } from "./write-dump.ts";

export interface ReadDump {
  header: DumpHeader;
  /** The dump as its program wrote it. Its end without an error is the only sign that all of it came, as it was kept. */
  dump: Readable;
  /** Known once `dump` has ended well. */
  sum(): { bytes: number; digest: string };
}

/** Opens a kept dump; `key` throws what is to be told where the key cannot be had. Throws `invalid` where it is none. */
export async function readDump(content: Readable, key: (header: DumpHeader) => Buffer): Promise<ReadDump> {
  const { line, rest } = await firstLine(content, "This is no kept dump.");
  const header = parseHeader(line);
  const summed = summing();
  const dump = new PassThrough();
  const opened = openChunks(key(header), createHash("sha256").update(line).digest());
  pipeline(rest, opened, summed.stream, dump, () => content.destroy());
  return { header, dump, sum: summed.sum };
}

function parseHeader(line: Buffer): DumpHeader {
  const value = parseJson(line) as { kind?: unknown; format?: unknown } | null;
  if (value?.kind !== "agentpod-dump") throw new AppError("invalid", "This is no kept dump.");
  if (typeof value.format === "number" && value.format > dumpFormat)
    throw new AppError("conflict", `The dump is of layout ${value.format}, made by a newer AgentPod: use that version or a later one.`);
  const parsed = dumpHeader.safeParse(value);
  if (!parsed.success) throw damaged("its first line cannot be read", parsed.error);
  return parsed.data;
}
