import { setTimeout as sleep } from "node:timers/promises";
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
}

const reconnectMs = 1000;

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
    await sleep(reconnectMs, undefined, { signal: query.signal }).catch(() => undefined);
  }
}

async function* frames(transport: Transport, query: WatchQuery, cursor: string | undefined): AsyncGenerator<EventSourceMessage> {
  const stream = await transport.stream("GET", "/events", {
    query: { tenant: query.tenant, pod: query.pod },
    headers: { accept: "text/event-stream", ...(cursor === undefined ? {} : { "last-event-id": cursor }) },
    signal: query.signal,
  });
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => ready.push(event) });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream) {
      parser.feed(decoder.decode(chunk as Buffer, { stream: true }));
      yield* ready.splice(0);
    }
  } catch (error) {
    // A body that breaks off is like one that ends: the next connection goes on from the last id.
    if (query.signal.aborted || cursor !== undefined || ready.length > 0) return;
    if (toAppError(error).code !== "internal") throw error;
  }
}
