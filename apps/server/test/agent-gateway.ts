import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { WebSocket, WebSocketServer } from "ws";

/** What an agent's gateway does, as tests want it. */
export interface AgentGatewaySettings {
  token: string;
  tickMs: number;
  /** Status of the handshake and of HTTP; null: as an agent does. */
  status: number | null;
  /** Body of `/healthz`. */
  body: string;
  /** Refuses with 403 who says for whom it asks, or who does not. */
  proxy: "known" | "unknown";
  /** Of the answer to `health`. */
  channels: Record<string, unknown>;
  /** Answers nothing, as a process that was stopped. */
  isHung: boolean;
  /** Payloads of administrators' requests by method; a function is called, and what it throws is refused; null: it takes none. */
  rpc: Record<string, unknown> | null;
  /** Answers a question as it likes; null: it takes none. */
  chat: ((question: { message: string; conversation: string }, response: ServerResponse) => void) | null;
}

/** Answers of an agent that has nothing to do and no jobs, so that it may be put to sleep. */
export const restingRpc = {
  "gateway.suspend.prepare": { status: "ready", suspensionId: "s1", activeCount: 0, blockers: [] },
  "gateway.suspend.resume": { ok: true, status: "running", resumed: true },
  "cron.status": { enabled: true, jobs: 0, nextWakeAtMs: null },
  "cron.list": { jobs: [] },
  health: { ok: true },
};

/** Events of an answer in pieces. */
export const chatEvents = (response: ServerResponse) => {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const say = (value: unknown) => void response.write(`data: ${JSON.stringify(value)}\n\n`);
  return {
    begin: () => say({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { role: "assistant" } }] }),
    text: (content: string) => say({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] }),
    fail: (message: string) => say({ error: { message, type: "api_error" } }),
    end: () => void response.end("data: [DONE]\n\n"),
  };
};

/** What answers as an agent does, for a server or for a program that is played. */
export function agentHandlers(change: Partial<AgentGatewaySettings> = {}) {
  const settings: AgentGatewaySettings = {
    token: "right",
    tickMs: 30_000,
    status: null,
    body: '{"ok":true,"status":"live"}',
    proxy: "known",
    channels: {},
    isHung: false,
    rpc: null,
    chat: null,
    ...change,
  };
  const seen = {
    connections: 0,
    refusals: 0,
    http: 0,
    probes: 0,
    handOvers: 0,
    questions: [] as { message: string; conversation: string }[],
    leavers: 0,
    rpc: [] as string[],
  };
  const health = () => ({ ok: true, channels: settings.channels, channelLabels: { telegram: "Telegram" } });
  const refuses = (request: IncomingMessage): number | null => {
    const isTold = request.headers["x-forwarded-for"] !== undefined;
    return isTold === (settings.proxy === "known") ? settings.status : 403;
  };
  const request = (asked: IncomingMessage, response: ServerResponse): void => {
    seen.http++;
    if (settings.isHung) return;
    const status = refuses(asked) ?? 200;
    if (status !== 200 || asked.url === "/healthz") response.writeHead(status).end(status === 200 ? settings.body : "");
    else if (asked.url === "/v1/chat/completions" && settings.chat !== null) void answerChat(asked, response);
    else if (asked.url === "/api/v1/admin/rpc" && settings.rpc !== null) void answerRpc(settings.rpc, asked, response);
    else if (asked.url !== "/api/v1/admin/hand-over" || asked.method !== "POST") response.end("<!doctype html>");
    else if (asked.headers.authorization !== `Bearer ${settings.token}`) response.writeHead(401).end();
    else response.end(JSON.stringify({ token: `bootstrap-of-${settings.token.slice(0, 8)}-${++seen.handOvers}` }));
  };
  const answerRpc = async (rpc: Record<string, unknown>, asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (asked.headers.authorization !== `Bearer ${settings.token}`) return void response.writeHead(401).end();
    const { method, params } = JSON.parse(await text(asked));
    seen.rpc.push(method);
    const answer = rpc[method];
    try {
      const payload = typeof answer === "function" ? await answer(params) : answer;
      const isKnown = payload !== undefined;
      response.writeHead(isKnown ? 200 : 400, { "content-type": "application/json" });
      response.end(JSON.stringify(isKnown ? { id: "1", ok: true, payload } : { id: "1", ok: false, error: { code: "INVALID_REQUEST" } }));
    } catch (error) {
      response.writeHead(503, { "content-type": "application/json" });
      response.end(JSON.stringify({ id: "1", ok: false, error: { code: "UNAVAILABLE", message: (error as Error).message } }));
    }
  };
  const answerChat = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (asked.headers.authorization !== `Bearer ${settings.token}`) return void response.writeHead(401).end();
    const { messages, user, stream } = JSON.parse(await text(asked));
    if (stream !== true) return void response.writeHead(400).end();
    const question = { message: messages.at(-1).content, conversation: user };
    seen.questions.push(question);
    response.on("close", () => {
      if (!response.writableFinished) seen.leavers++;
    });
    settings.chat?.(question, response);
  };
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });
  const upgrade = (asked: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (settings.isHung) return;
    const status = refuses(asked);
    if (status === null) sockets.handleUpgrade(asked, socket, head, greet);
    else socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nretry-after: 5\r\n\r\n`);
  };
  const greet = (client: WebSocket): void => {
    seen.connections++;
    const say = (value: unknown) => client.send(JSON.stringify(value));
    client.on("ping", (data) => settings.isHung || client.pong(data));
    client.on("message", (data) => {
      if (settings.isHung) return;
      const { id, method, params } = JSON.parse(String(data));
      const answer = (payload: unknown) => say({ type: "res", id, ok: true, payload });
      if (method === "connect" && params.auth.token !== settings.token) {
        seen.refusals++;
        say({ type: "res", id, ok: false, error: { code: "INVALID_REQUEST", message: "no", details: { code: "AUTH_TOKEN_MISMATCH" } } });
        client.close(1008);
      } else if (method === "connect") answer({ protocol: 4, policy: { tickIntervalMs: settings.tickMs } });
      else {
        if (params.probe) seen.probes++;
        answer(health());
      }
    });
    say({ type: "event", event: "connect.challenge", payload: { nonce: "n", ts: 1 } });
  };
  const tell = (event: string, payload: unknown = {}) => {
    for (const client of sockets.clients)
      if (client.readyState === WebSocket.OPEN) client.send(JSON.stringify({ type: "event", event, payload }));
  };
  return {
    settings,
    seen,
    tick: () => tell("tick"),
    /** Says unasked how it does. */
    tellHealth: () => tell("health", health()),
    /** Hangs up on everybody. */
    hangUp: () => {
      for (const client of sockets.clients) client.terminate();
    },
    request,
    upgrade,
    sockets,
  };
}

/** A server on a port of its own that speaks the agent's protocol with real sockets. */
export async function agentGateway(change: Partial<AgentGatewaySettings> = {}) {
  const { request, upgrade, sockets, ...agent } = agentHandlers(change);
  const server = createServer(request);
  server.on("upgrade", upgrade);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...agent,
    dial: async () => {
      const socket = connect({ host: "127.0.0.1", port });
      await once(socket, "connect");
      return socket;
    },
    close: () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}
