import { type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import type { Passage } from "./rule.ts";

const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "trailer"]);

/** Method, target and headers of the request to the engine: nothing of what came but what the passage says. */
export function outgoing(
  socketPath: string,
  method: string,
  passage: Passage,
  came: IncomingMessage,
): { options: object; body: Buffer | null } {
  const query = new URLSearchParams([...(passage.query instanceof Map ? passage.query : Object.entries(passage.query ?? {}))]).toString();
  const headers: OutgoingHttpHeaders = { host: "engine", connection: "close" };
  let body: Buffer | null = null;
  if (passage.body && "json" in passage.body) {
    body = Buffer.from(JSON.stringify(passage.body.json));
    headers["content-type"] = "application/json";
  } else if (passage.body) {
    headers["content-type"] = "application/x-tar";
    if (passage.body.tar !== "stream") body = passage.body.tar;
    else if (came.headers["content-length"] !== undefined) headers["content-length"] = came.headers["content-length"];
    else headers["transfer-encoding"] = "chunked";
  }
  if (body) headers["content-length"] = body.length;
  const login = came.headers["x-registry-auth"];
  if (passage.withRegistryLogin && typeof login === "string" && /^[\w=-]+$/.test(login)) headers["x-registry-auth"] = login;
  return { options: { socketPath, method, path: query === "" ? passage.path : `${passage.path}?${query}`, headers, agent: false }, body };
}

/** Headers of an answer, without those that are about the connection. */
export function answerHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name)));
}

/** Sends it to the engine and its answer back, both as they come. Whoever goes away first ends the other. */
export function pass(socketPath: string, passage: Passage, came: IncomingMessage, response: ServerResponse): void {
  const { options, body } = outgoing(socketPath, came.method ?? "GET", passage, came);
  const asked = request(options);
  asked.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answerHeaders(answer));
    // A stream's head is not to wait for its first line.
    response.flushHeaders();
    pipeline(answer, response, () => undefined);
  });
  asked.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else
      response
        .writeHead(502, { "content-type": "application/json" })
        .end(JSON.stringify({ message: `the engine does not answer: ${error.message}` }));
  });
  response.on("close", () => asked.destroy());
  if (passage.body && "tar" in passage.body && passage.body.tar === "stream") pipeline(came, asked, () => undefined);
  else asked.end(body);
}
