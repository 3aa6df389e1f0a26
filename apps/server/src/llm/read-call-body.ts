import type { IncomingMessage } from "node:http";
import { LlmRefusal } from "./llm-refusal.ts";

/** Bodies of calls in memory, all together. */
export interface BodyRoom {
  /** Reads a body whole. Throws a refusal: `too_large` above the limit, `overloaded` where all of them together take too much. */
  read(request: IncomingMessage): Promise<{ text: string; release(): void }>;
}

export function bodyRoom(limits: { eachBytes: number; togetherBytes: number }): BodyRoom {
  let taken = 0;
  return {
    async read(request) {
      const tooLarge = new LlmRefusal("too_large", `The request's body is larger than ${limits.eachBytes} bytes.`);
      if (Number(request.headers["content-length"] ?? 0) > limits.eachBytes) throw tooLarge;
      let bytes = 0;
      const release = (): void => {
        taken -= bytes;
        bytes = 0;
      };
      const parts: Buffer[] = [];
      try {
        for await (const part of request as AsyncIterable<Buffer>) {
          bytes += part.length;
          taken += part.length;
          if (bytes > limits.eachBytes) throw tooLarge;
          if (taken > limits.togetherBytes)
            throw new LlmRefusal("overloaded", "Too many large requests are under way; try again.", { retryAfterSeconds: 2 });
          parts.push(part);
        }
        return { text: Buffer.concat(parts).toString("utf8"), release };
      } catch (thrown) {
        release();
        throw thrown;
      }
    },
  };
}
