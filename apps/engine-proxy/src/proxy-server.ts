import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, toAppError } from "@agentpod/core/errors";
import { httpStatus } from "@agentpod/core/http-status";
import { EngineRefusal } from "./engine-refusal.ts";
import { pass } from "./pass.ts";
import { passUpgrade, refuse } from "./pass-upgrade.ts";
import { mostJsonBytes, parseJson, readBody, readUpgradeBody } from "./read-body.ts";
import { readTarget } from "./read-target.ts";
import type { Asked, Ground, Passage } from "./rule.ts";
import { allRules } from "./rules/all-rules.ts";

export interface ProxyOptions extends Ground {
  /** Unix socket of the engine. */
  engine: string;
  /** What was refused, for the log. */
  refused(line: string): void;
}

/** The engine's API, as far as the docker driver needs it and the policy lets it pass; not yet listening. */
export function proxyServer(options: ProxyOptions): Server {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 0, keepAliveTimeout: 5000, maxHeaderSize: 32_768, shouldUpgradeCallback: isExecStart },
    (request, response) => void serve(options, request, response),
  );
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => undefined);
    void upgrade(options, request, socket, head);
  });
  server.on("connect", (_request, socket) => refuse(socket, 403, '{"message":"CONNECT is refused"}'));
  return server;
}

async function serve(options: ProxyOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const passage = await decide(options, request, (most) => readBody(request, most));
    pass(options.engine, passage, request, response);
  } catch (thrown) {
    const { status, said } = refusal(options, request, thrown);
    // What of the body was not read is not read any more.
    response.writeHead(status, { "content-type": "application/json", connection: "close" }).end(request.method === "HEAD" ? "" : said);
  }
}

async function upgrade(options: ProxyOptions, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  try {
    const body = await readUpgradeBody(request, socket, head);
    passUpgrade(options.engine, await decide(options, request, async () => body), request, socket);
  } catch (thrown) {
    const { status, said } = refusal(options, request, thrown);
    refuse(socket, status, said);
  }
}

async function decide(options: ProxyOptions, request: IncomingMessage, bytes: Asked["bytes"]): Promise<Passage> {
  const { path, query } = readTarget(request.url ?? "");
  const rule = allRules.find((one) => one.method === request.method && one.path.test(path));
  if (!rule) throw new AppError("forbidden", `${request.method} ${path} is nothing that AgentPod needs`);
  for (const key of query.keys())
    if (!rule.query.includes(key)) throw new AppError("forbidden", `${key} is nothing that AgentPod asks for here`);
  const parts = (rule.path.exec(path) ?? []).slice(1);
  const asked: Asked = { parts, query, request, bytes, json: async () => parseJson(await bytes(mostJsonBytes)) };
  const passage = await rule.allow(asked, options);
  if (passage.body === undefined && hasBody(request)) throw new AppError("forbidden", "this request has no body");
  return passage;
}

const isExecStart = (request: IncomingMessage): boolean =>
  request.method === "POST" && /^\/exec\/[0-9a-f]{64}\/start\??$/.test(request.url ?? "");

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] !== undefined && headers["content-length"] !== "0");

function refusal({ refused }: ProxyOptions, request: IncomingMessage, thrown: unknown): { status: number; said: string } {
  if (thrown instanceof EngineRefusal) return { status: thrown.status, said: JSON.stringify(thrown.value) };
  const error = toAppError(thrown);
  refused(`${request.method} ${(request.url ?? "").split("?")[0]}: ${error.message}`);
  return { status: httpStatus[error.code], said: JSON.stringify({ message: `refused by AgentPod's engine proxy: ${error.message}` }) };
}
