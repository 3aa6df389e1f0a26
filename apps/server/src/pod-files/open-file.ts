import { AppError, toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { AppDeps } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";
import { firstEntry } from "./first-entry.ts";
import { type AskedFile, findFile } from "./pod-folder.ts";

/** A file as an answer to be saved, never to be shown: what a pod wrote is no page of AgentPod's. Throws `invalid` for what is no file. */
export async function openFile({ runtime, log }: Pick<AppDeps, "runtime" | "log">, pod: Pod, asked: AskedFile): Promise<Response> {
  const { id, place, name } = findFile(pod, asked);
  const { header, body, close } = await firstEntry(await runtime.readFiles(id, await runtime.locate(id, place)));
  if (header.type !== "file" && header.type !== "contiguous-file") {
    close();
    throw new AppError("invalid", `${asked.path} is no file${header.type === "directory" ? " but a folder" : ""}`);
  }
  const pieces = body[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await pieces.next();
        if (!next.done) return controller.enqueue(next.value);
        close();
        controller.close();
      } catch (error) {
        log.warn({ causes: causeChain(error) }, `a file broke off: ${toAppError(error).message}`);
        controller.error(error);
      }
    },
    cancel: close,
  });
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String(header.size ?? 0),
    "content-disposition": `attachment; filename*=UTF-8''${encodeName(name)}`,
    ...(header.mtime ? { "last-modified": header.mtime.toUTCString() } : {}),
  };
  return new Response(stream, { headers });
}

/** As RFC 8187 wants it. */
const encodeName = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
