import { type IncomingHttpHeaders, request } from "node:http";
import { json } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";

export interface EngineAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  value: unknown;
}

/** Asks the engine itself, for what a rule has to know. `path` has been checked. Throws `unavailable` when it does not answer. */
export type AskEngine = (path: string, query?: Record<string, string>) => Promise<EngineAnswer>;

const limitMs = 30_000;

export function engineClient(socketPath: string): AskEngine {
  return (path, query = {}) =>
    new Promise((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(new AppError("unavailable", `The container engine does not answer: ${cause.message}`, { cause }));
      const asked = request(
        { socketPath, path: `${path}?${new URLSearchParams(query)}`, agent: false, headers: { host: "engine" }, timeout: limitMs },
        (answer) => json(answer).then((value) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, value }), fail),
      );
      asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
      asked.on("error", fail);
      asked.end();
    });
}
