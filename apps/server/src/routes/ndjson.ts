import { toAppError } from "@agentpod/core/errors";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";

/**
 * Streams values as NDJSON with back-pressure. Unless it follows, the first value is awaited before the answer begins, so
 * that an error there still gets its status; a later one ends the connection abruptly, never as if all had been said.
 */
export async function ndjson(
  call: { log: Log; clientGone: AbortSignal; follow: boolean },
  open: (signal: AbortSignal) => AsyncIterable<unknown>,
): Promise<Response> {
  const { log, clientGone } = call;
  const stop = new AbortController();
  if (clientGone.aborted) stop.abort();
  clientGone.addEventListener("abort", () => stop.abort(), { once: true });
  const lines = open(stop.signal)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const first = lines.next();
  // A follower may wait long for its first line, and its client must learn at once that the stream is open.
  if (call.follow) first.catch(() => undefined);
  else await first;
  let pending: Promise<IteratorResult<unknown>> | undefined = first;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await (pending ?? lines.next());
        pending = undefined;
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ causes: causeChain(error) }, `a stream broke off: ${toAppError(error).message}`);
        controller.error(error);
      }
    },
    async cancel() {
      stop.abort();
      await lines.return?.();
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson", "x-accel-buffering": "no" } });
}
