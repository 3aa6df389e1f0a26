import { AppError } from "@agentpod/core/errors";
import { BodyTooLarge } from "../http-error.ts";

const mostJsonBytes = 1024 * 1024;

/** The JSON body of a request; an absent body is `{}`. Throws `invalid`, or `BodyTooLarge` before more than 1 MiB is kept. */
export async function readJson(request: Request): Promise<unknown> {
  const text = new TextDecoder().decode(await readBytes(request));
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new AppError("invalid", "the body is not JSON", { cause });
  }
}

/** The body as it came. Throws `BodyTooLarge` before more is kept. */
export async function readBytes(request: Request, limitBytes = mostJsonBytes): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limitBytes) throw new BodyTooLarge(limitBytes);
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    total += chunk.byteLength;
    if (total > limitBytes) throw new BodyTooLarge(limitBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
