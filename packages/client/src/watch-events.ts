import { toAppError } from "@agentpod/core/errors";
import type { AgentPodEvent } from "@agentpod/core/event";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { Transport } from "./transport.ts";

export interface WatchQuery {
  tenant?: string;
  pod?: string;
  /** Resume after this cursor; without it, from now on. */
  after?: string;
  signal: AbortSignal;
  /** Called whenever the stream is open; changes made after the first call are seen. */
  onOpen?: () => void;
  /** Called whenever an open stream has ended, before it is made again. */
  onLost?: () => void;
}

const reconnectMs = 1000;
/** The server says something every 15 seconds: a way that is silent for longer is dead, though nobody told. */
const silentMs = 45_000;

/**
 * Events as they happen. A connection that breaks is made again from the last event seen, so none is missed or told
 * twice; an error that trying again does not mend is thrown. Ends with the signal.
 */
export async function* watchEvents(transport: Transport, query: WatchQuery): AsyncGenerator<AgentPodEvent> {
  let cursor = query.after;
  while (!query.signal.aborted) {
    try {
      for await (const message of frames(transport, query, cursor)) {
        if (message.id !== undefined) cursor = message.id;
        if (message.event === "open") query.onOpen?.();
        else yield JSON.parse(message.data) as AgentPodEvent;
      }
    } catch (error) {
      if (query.signal.aborted) return;
      if (toAppError(error).code !== "unavailable") throw error;
      // Before the first event there is nothing to resume from: the caller must know.
      if (cursor === undefined) throw error;
    }
    if (query.signal.aborted) return;
    query.onLost?.();
    await pause(reconnectMs, query.signal);
  }
}

async function* frames(transport: Transport, query: WatchQuery, cursor: string | undefined): AsyncGenerator<EventSourceMessage> {
  const silence = new AbortController();
  const listen = () => setTimeout(() => silence.abort(), silentMs);
  let timer = listen();
  try {
    const stream = await transport.stream("GET", "/events", {
      query: { tenant: query.tenant, pod: query.pod },
      headers: { accept: "text/event-stream", ...(cursor === undefined ? {} : { "last-event-id": cursor }) },
      signal: AbortSignal.any([query.signal, silence.signal]),
    });
    const heard = (): void => {
      clearTimeout(timer);
      timer = listen();
    };
    yield* parse(stream, heard, () => query.signal.aborted || cursor !== undefined);
  } finally {
    clearTimeout(timer);
  }
}

async function* parse(stream: AsyncIterable<Uint8Array>, heard: () => void, mayEnd: () => boolean): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event) });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) {
      heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* ready.splice(0);
    }
  } catch (error) {
    // A body that breaks off is like one that ends: the next connection goes on from the last id.
    if (mayEnd() || ready.length > 0) return;
    if (toAppError(error).code !== "internal") throw error;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
