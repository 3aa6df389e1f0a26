import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AppError, toAppError } from "@agentpod/core/errors";
import { httpStatus } from "@agentpod/core/http-status";
import type { EmbeddedGateway } from "../gateway.ts";
import { followFromPast } from "../log/follow-from-past.ts";
import { readLogQuery } from "../log/log-query.ts";
import { logProcess } from "../log/process-log.ts";
import { type ProbeRequest, probe } from "../probe.ts";
import { isUpstream, readTable } from "../routing/read-table.ts";
import { openLineStream } from "./line-stream.ts";
import { parseJson, readJson, readText } from "./read-json.ts";
import { readLines } from "./read-lines.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams) => Promise<void> | void;

/** The gateway's control API, for the control plane alone: it listens on a unix socket. */
export function createControlServer(gateway: EmbeddedGateway, shutdown: () => void): Server {
  const answers: Record<string, Answer> = {
    "PUT /table": async (request, response) => {
      const text = await readText(request);
      await gateway.apply(readTable(parseJson(text)), text);
      sendJson(response, 200, { servedVersion: gateway.observe().servedVersion });
    },
    "PUT /certificates": async (request, response) => {
      await gateway.https.applyCertificates(readLines(request));
      sendJson(response, 200, { certificateVersion: gateway.observe().certificateVersion });
    },
    "PUT /challenges": async (request, response) => {
      gateway.https.challenges.set(await readJson(request));
      sendJson(response, 200, {});
    },
    "GET /observe": (_request, response) => sendJson(response, 200, gateway.observe()),
    "POST /probe": async (request, response) => sendJson(response, 200, await readProbe(request)),
    "GET /watch": (_request, response) => {
      const lines = openLineStream(response);
      lines.onClose(gateway.wakes.listen((wake) => lines.send(JSON.stringify(wake))));
      // Who came while nobody listened waits all the same.
      for (const route of gateway.waitedFor) lines.send(JSON.stringify({ route, waits: true }));
    },
    "GET /logs": (_request, response, query) => sendLogs(gateway, response, query),
    "POST /shutdown": (_request, response) => {
      sendJson(response, 202, {});
      shutdown();
    },
  };
  return createServer({ requestTimeout: 30_000, keepAliveTimeout: 30_000 }, (request, response) => {
    const url = new URL(request.url ?? "/", "http://gateway");
    const answer = answers[`${request.method} ${url.pathname}`] ?? notFound;
    Promise.resolve()
      .then(() => answer(request, response, url.searchParams))
      .catch((error: unknown) => sendError(response, error));
  });
}

async function readProbe(request: IncomingMessage): Promise<{ status: number }> {
  const body = (await readJson(request)) as { upstream?: unknown; request?: Partial<ProbeRequest> } | null;
  const { host, path, timeoutSeconds } = body?.request ?? {};
  const isRight =
    typeof host === "string" &&
    typeof path === "string" &&
    path.startsWith("/") &&
    typeof timeoutSeconds === "number" &&
    timeoutSeconds > 0;
  if (!isRight || !isUpstream(body?.upstream))
    throw new AppError("invalid", "A probe needs upstream (id, address) and request (host, path, timeoutSeconds).");
  return probe(body.upstream, { host, path, timeoutSeconds });
}

async function sendLogs({ log }: EmbeddedGateway, response: ServerResponse, parameters: URLSearchParams): Promise<void> {
  const query = readLogQuery(parameters);
  if (!query.follow) {
    const past = await log.search(query);
    response.writeHead(200, ["content-type", "application/x-ndjson"]);
    response.end(past.map((line) => `${line}\n`).join(""));
    return;
  }
  const lines = openLineStream(response);
  const follower = followFromPast(lines.send);
  lines.onClose(log.follow(null, follower.onLine, query.isAsked));
  follower.onPast(await log.search(query));
}

const notFound: Answer = (request) => {
  throw new AppError("not_found", `The gateway has no ${request.method} ${request.url}.`);
};

function sendError(response: ServerResponse, thrown: unknown): void {
  const error = toAppError(thrown);
  if (error.code === "internal") logProcess("error", "A control request failed.", { error: error.message });
  if (response.headersSent) response.destroy();
  else sendJson(response, httpStatus[error.code], { error: { code: error.code, message: error.message, issues: error.issues } });
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.writeHead(status, ["content-type", "application/json", "content-length", String(Buffer.byteLength(body))]);
  response.end(body);
}
