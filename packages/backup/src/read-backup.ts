import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { type Readable, Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import { extract } from "tar-stream";
import { type BackupHeader, backupFormat, backupHeader } from "./backup-header.ts";
import { headerName, type PartName, parsePartName } from "./part-name.ts";

export interface BackupPart {
  name: string;
  is: PartName;
  bytes: number;
  /** Must be read to its end before the next part comes. */
  content: Readable;
  /** Of what was read so far. */
  sha256(): string;
}

/** What is wrong with a backup that cannot be used. */
export const damaged = (what: string, cause?: unknown): AppError =>
  new AppError("invalid", `The backup is damaged: ${what}. Take another one.`, { cause });

/** The parts of a backup in their order; of a file that is cut off or no backup `invalid`, of one that is not there `not_found`. */
export async function* readBackup(path: string): AsyncGenerator<BackupPart> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new AppError("not_found", `There is no file ${path}.`);
  const unpacked = extract();
  const source = createReadStream(path, { highWaterMark: 1024 * 1024 });
  source.once("error", (error) => unpacked.destroy(error));
  source.pipe(unpacked);
  try {
    for await (const entry of unpacked) {
      const { name, size = 0, type } = entry.header;
      const is = type === "file" ? parsePartName(name) : null;
      if (is === null) throw damaged(`it holds ${JSON.stringify(name.slice(0, 100))}, which no backup has`);
      const digest = createHash("sha256");
      const content = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          digest.update(chunk);
          done(null, chunk);
        },
      });
      entry.once("error", (error: Error) => content.destroy(readFailure(error)));
      entry.pipe(content as never);
      yield { name, is, bytes: size, content, sha256: () => digest.copy().digest("hex") };
    }
  } catch (error) {
    throw readFailure(error);
  } finally {
    source.destroy();
  }
}

/** A disk that cannot be read is no fault of the backup's. */
function readFailure(error: unknown): Error {
  if (error instanceof AppError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && /^E[A-Z]+$/.test(code) ? (error as Error) : damaged("it is cut off, or no backup at all", error);
}

/** What the first part says; nothing else is read. */
export async function readHeader(path: string): Promise<BackupHeader> {
  for await (const part of readBackup(path)) {
    if (part.name !== headerName || part.bytes > 1_000_000) break;
    return parseHeader(await buffer(part.content));
  }
  throw new AppError("invalid", `${path} is no backup of AgentPod.`);
}

/** Throws `conflict` for a layout of a newer version. */
export function parseHeader(bytes: Buffer): BackupHeader {
  const value = parseJson(bytes);
  const { format } = (value ?? {}) as { format?: unknown };
  if (typeof format === "number" && format > backupFormat)
    throw new AppError("conflict", `The backup is of layout ${format}, made by a newer AgentPod: use that version or a later one.`);
  const parsed = backupHeader.safeParse(value);
  if (!parsed.success) throw damaged("its first part cannot be read", parsed.error);
  return parsed.data;
}

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return null;
  }
}
