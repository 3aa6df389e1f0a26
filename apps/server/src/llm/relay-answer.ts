import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { LlmDialect } from "@agentpod/core/llm/llm-provider";
import { asRecord } from "@agentpod/core/llm/llm-tokens";
import { type MeterState, meterAnswer, meterEvent, newMeter, withoutUsage } from "@agentpod/core/llm/stream-meter";
import type { Dispatcher } from "undici";
import { callerHeaders } from "./llm-headers.ts";
import { LlmRefusal } from "./llm-refusal.ts";
import { eventData, SseSplitter } from "./sse-splitter.ts";

export interface Relay {
  dialect: LlmDialect;
  /** The provider's key: should an error of its repeat it, it goes no further. */
  key: string;
  /** Usage that the caller did not ask for is taken out of the stream again. */
  hidesUsage: boolean;
  response: ServerResponse;
  /** Told of everything that comes. */
  onMeter(state: MeterState): void;
}

/** An answer that is longer is passed on, and its usage estimated. */
const mostKept = 16 * 1024 * 1024;

/**
 * Passes an answer on piece by piece, as fast as the caller takes it, but for its end: that is the caller's once `beforeEnd` has
 * resolved. Throws where the provider breaks off or the caller is gone.
 */
export async function relayAnswer(answer: Dispatcher.ResponseData, relay: Relay, beforeEnd: () => Promise<void>): Promise<void> {
  const { response } = relay;
  const headers = callerHeaders(answer.headers);
  if (answer.statusCode >= 400) {
    // Errors are short; one that is not is cut.
    if (headers["content-encoding"] !== undefined) throw new LlmRefusal("unreachable", `The provider answered ${answer.statusCode}.`);
    const text = (await readUpTo(answer.body, 65_536)).toString("utf8").replaceAll(relay.key, "[provider key]");
    await beforeEnd();
    response.writeHead(answer.statusCode, headers).end(text);
    return;
  }
  response.writeHead(answer.statusCode, headers);
  response.flushHeaders();
  const isStream = String(answer.headers["content-type"]).startsWith("text/event-stream");
  const last =
    isStream && answer.headers["content-encoding"] === undefined
      ? await relayEvents(answer.body, relay)
      : await relayWhole(answer.body, relay);
  await beforeEnd();
  response.end(last);
}

/** Gives what is to be said last. */
async function relayEvents(body: AsyncIterable<Buffer>, { dialect, hidesUsage, response, onMeter }: Relay): Promise<Buffer> {
  const splitter = new SseSplitter();
  let state = newMeter();
  // The end is held until the call is counted: whoever has it may take the call for ended.
  const held: Buffer[] = [];
  const pass = async (event: Buffer): Promise<void> => {
    const data = asRecord(eventData(event));
    if (data !== null) state = meterEvent(dialect, state, data);
    if (data !== null) onMeter(state);
    const rest = data !== null && hidesUsage ? withoutUsage(data) : data;
    if (data !== null && rest === null) return;
    const passed = rest === data ? event : Buffer.from(`data: ${JSON.stringify(rest)}\n\n`);
    if (held.length > 0 || isEnd(event, data)) held.push(passed);
    else await write(response, passed);
  };
  for await (const bytes of body) for (const event of splitter.push(bytes)) await pass(event);
  const rest = splitter.end();
  if (rest.length > 0) await pass(rest);
  return Buffer.concat(held);
}

const ends = ["message_stop", "response.completed", "response.incomplete", "response.failed"];
const isEnd = (event: Buffer, data: Record<string, unknown> | null): boolean =>
  data === null ? event.includes("[DONE]") : ends.includes(String(data.type));

async function relayWhole(body: AsyncIterable<Buffer>, { dialect, response, onMeter }: Relay): Promise<Buffer> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let last = Buffer.alloc(0);
  for await (const part of body) {
    bytes += part.length;
    if (bytes <= mostKept) kept.push(Buffer.from(part));
    if (last.length > 0) await write(response, last);
    last = Buffer.from(part);
  }
  onMeter(bytes <= mostKept ? meterText(dialect, Buffer.concat(kept)) : { ...newMeter(), outputBytes: bytes });
  return last;
}

function meterText(dialect: LlmDialect, text: Buffer): MeterState {
  try {
    return meterAnswer(dialect, JSON.parse(text.toString("utf8")));
  } catch {
    return { ...newMeter(), outputBytes: text.length };
  }
}

/** Waits while the caller is slower than the provider. */
async function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  if (response.destroyed) throw new Error("the caller is gone");
  if (response.write(bytes)) return;
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  response.once("close", onClose);
  try {
    await once(response, "drain", { signal: gone.signal });
  } finally {
    response.off("close", onClose);
  }
}

async function readUpTo(body: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes >= most) break;
  }
  return Buffer.concat(parts).subarray(0, most);
}
