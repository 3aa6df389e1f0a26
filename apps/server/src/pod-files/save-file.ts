import { Readable, type Writable } from "node:stream";
import type { ReadableStream as NodeReadableStream } from "node:stream/web";
import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { FilePlace, Runtime, UnitId } from "@agentpod/core/runtime";
import { type Header, pack } from "tar-stream";
import type { AppDeps } from "../app-deps.ts";
import { BodyTooLarge } from "../http-error.ts";
import { firstEntry } from "./first-entry.ts";
import { type AskedFile, findFile } from "./pod-folder.ts";

type NewHeader = Partial<Header> & Pick<Header, "name">;

const defaultLimitBytes = 512 * 1024 ** 2;
/** A body up to this is read whole before anything is written: one that breaks off then leaves the old file. */
const wholeBytes = 4 * 1024 ** 2;

/** Writes the body over a file, or as a new one. Throws `conflict` for a folder, and for a file changed since it was read. */
export async function saveFile(
  { runtime, fileLimitBytes = defaultLimitBytes }: Pick<AppDeps, "runtime" | "fileLimitBytes">,
  pod: Pod,
  asked: AskedFile & { unchangedSince?: string | undefined },
  request: Request,
): Promise<{ unit: string; entry: PodFileEntry }> {
  const { id, place, parent, name } = findFile(pod, asked);
  if (parent === null) throw new AppError("conflict", `${asked.path} is a folder of the unit`);
  const size = sizeOf(request, fileLimitBytes);
  const folder = await runtime.locate(id, parent);
  const old = await headerOf(runtime, id, place);
  if (old !== null && old.type !== "file") throw new AppError("conflict", `${asked.path} is no file; delete it first`);
  checkUnchanged(asked, old);
  // Who owns the folder owns what is new in it.
  const like = old ?? (await headerOf(runtime, id, parent));
  const mode = old === null ? 0o644 : (old.mode ?? 0o644) & 0o7777;
  const modified = new Date();
  const header: NewHeader = { name, size, mode, mtime: modified, uid: like?.uid ?? 0, gid: like?.gid ?? 0, type: "file" };
  const body = size <= wholeBytes ? [await wholeBody(request, size)] : exactly(request, size);
  await runtime.writeFiles(id, folder, tarOf(header, body));
  return { unit: id.unit, entry: { name, kind: "file", bytes: size, modifiedAt: modified.toISOString(), mode } };
}

/** A tar says the size before the bytes: so must who sends them. */
function sizeOf(request: Request, limitBytes: number): number {
  const told = request.headers.get("content-length");
  if (told === null || !/^\d{1,15}$/.test(told)) throw new AppError("invalid", "send the file's size as Content-Length");
  if (Number(told) > limitBytes) throw new BodyTooLarge(limitBytes);
  return Number(told);
}

/** Null where there is nothing. */
async function headerOf(runtime: Pick<Runtime, "locate" | "readFiles">, id: UnitId, place: FilePlace): Promise<Header | null> {
  try {
    const { header, close } = await firstEntry(await runtime.readFiles(id, await runtime.locate(id, place)));
    close();
    return header;
  } catch (error) {
    if (toAppError(error).code === "not_found") return null;
    throw error;
  }
}

function checkUnchanged({ path, unchangedSince }: { path: string; unchangedSince?: string | undefined }, old: Header | null): void {
  if (unchangedSince === undefined) return;
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1000);
  if (old === null) throw new AppError("conflict", `${path} was deleted meanwhile`);
  // Archives tell whole seconds.
  if (old.mtime && seconds(old.mtime) > seconds(new Date(unchangedSince)))
    throw new AppError("conflict", `${path} was changed meanwhile; open it again`);
}

async function wholeBody(request: Request, size: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of exactly(request, size)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* exactly(request: Request, size: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  if (request.body !== null) {
    for await (const chunk of Readable.fromWeb(request.body as NodeReadableStream) as AsyncIterable<Uint8Array>) {
      total += chunk.byteLength;
      if (total > size) break;
      yield chunk;
    }
  }
  if (total !== size) throw new AppError("invalid", `the file broke off: ${size} bytes were announced`);
}

/** The archive of one file; ends with the error that its body ends with. */
function tarOf(header: NewHeader, body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Readable {
  const tar = pack();
  const entry = tar.entry(header) as unknown as Writable;
  entry.on("error", () => undefined);
  const fill = async (): Promise<void> => {
    for await (const chunk of body) {
      if (!entry.write(chunk)) await new Promise<void>((resolve) => entry.once("drain", resolve).once("close", resolve));
    }
    entry.end();
    tar.finalize();
  };
  fill().catch((error: Error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}
