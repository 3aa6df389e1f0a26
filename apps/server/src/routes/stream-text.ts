import { toAppError } from "@agentpod/core/errors";
import type { Log } from "../app-deps.ts";
import { causeChain } from "../http-error.ts";

/**
 * Streams pieces of text with back-pressure. The first is awaited before the answer begins, so that an error there still gets
 * its status; a later one ends the connection abruptly, never as if all had been said.
 */
export async function streamText(log: Log, pieces: AsyncGenerator<string>, headers: Record<string, string>): Promise<Response> {
  const encoder = new TextEncoder();
  let pending: IteratorResult<string> | undefined = await pieces.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = pending ?? (await pieces.next());
        pending = undefined;
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value));
      } catch (error) {
        log.warn({ causes: causeChain(error) }, `a stream broke off: ${toAppError(error).message}`);
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, { headers: { "x-accel-buffering": "no", "cache-control": "no-store", ...headers } });
}
