import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Context } from "hono";

const compressed = promisify(gzip);
/** Below this it fits into one packet anyhow. */
const leastBytes = 1400;
const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/;

/**
 * A result as JSON; what was read goes out as gzip where it is long and the client takes it: a list of pods shrinks to a
 * tenth. Answers to changes never do, for they may hold a secret beside what the client has sent.
 */
export async function jsonAnswer(context: Context, result: unknown, status: 200 | 201 | 202): Promise<Response> {
  const text = JSON.stringify(result);
  context.header("content-type", "application/json");
  if (context.req.method !== "GET" || text.length < leastBytes) return context.body(text, status);
  context.header("vary", "accept-encoding", { append: true });
  if (!takesGzip.test(context.req.header("accept-encoding") ?? "")) return context.body(text, status);
  context.header("content-encoding", "gzip");
  return context.body(new Uint8Array(await compressed(text, { level: 4 })), status);
}
