import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter } from "@agentpod/core/store";
import type { Call } from "./route.ts";
import { wakeable } from "./wakeable.ts";

const pageSize = 200;
/** An event is shown once no older transaction can precede it, which may be a little after its notification. */
const recheckMs = 250;
const heartbeatMs = 15_000;

/**
 * The event stream: everything after the cursor, or from now on, as `id`/`data` frames of SSE. A comment every
 * 15 seconds keeps the way open and finds a client that is gone. The first frame, `open`, carries the cursor to resume from. Reads as its caller: tenants are hidden by the database.
 */
export async function sseEvents(
  call: Pick<Call, "read" | "feed" | "signal" | "deps">,
  filter: EventFilter,
  from: string | null,
): Promise<Response> {
  const encoder = new TextEncoder();
  const waker = wakeable(call.signal);
  // Subscribed before the first look: what comes between the two wakes the stream.
  const unsubscribe = call.feed.subscribe(waker.wake);
  let cursor = from;
  let started = false;
  let recheck = false;

  async function page(): Promise<AgentPodEvent[]> {
    if (cursor === null) return [];
    const after = cursor;
    return call.read((store) => store.events.after(after, filter, pageSize));
  }

  async function chunk(): Promise<string> {
    if (!started) {
      started = true;
      cursor ??= await call.read((store) => store.events.position());
      return `retry: 1000\nid: ${cursor}\nevent: open\ndata: {}\n\n`;
    }
    for (;;) {
      const events = await page();
      const last = events.at(-1);
      if (last !== undefined) {
        cursor = last.cursor;
        return events.map(frame).join("");
      }
      const woken = await waker.wait(recheck ? recheckMs : heartbeatMs);
      if (call.signal.aborted) return "";
      if (!woken && !recheck) return `: ${call.deps.clock().toISOString()}\n\n`;
      recheck = woken;
    }
  }

  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const text = await chunk();
        if (text === "") {
          unsubscribe();
          controller.close();
        } else controller.enqueue(encoder.encode(text));
      } catch (error) {
        // The client reconnects with its last id; nothing is lost.
        unsubscribe();
        controller.error(error);
      }
    },
    cancel: () => {
      unsubscribe();
      waker.wake();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" } });
}

function frame(event: AgentPodEvent): string {
  return `id: ${event.cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
