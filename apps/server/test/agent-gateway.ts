import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
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
}

/** A server on a port of its own that speaks the agent's protocol with real sockets. */
export async function agentGateway(change: Partial<AgentGatewaySettings> = {}) {
  const settings: AgentGatewaySettings = {
    token: "right",
    tickMs: 30_000,
    status: null,
    body: '{"ok":true,"status":"live"}',
    proxy: "known",
    channels: {},
    isHung: false,
    ...change,
  };
  const seen = { connections: 0, refusals: 0, http: 0, probes: 0 };
  const health = () => ({ ok: true, channels: settings.channels, channelLabels: { telegram: "Telegram" } });
  const refuses = (request: IncomingMessage): number | null => {
    const isTold = request.headers["x-forwarded-for"] !== undefined;
    return isTold === (settings.proxy === "known") ? settings.status : 403;
  };
  const server = createServer((request, response) => {
    seen.http++;
    if (settings.isHung) return;
    const status = refuses(request) ?? 200;
    response.writeHead(status).end(status === 200 ? settings.body : "");
  });
  const sockets = new WebSocketServer({ noServer: true, autoPong: false });
  server.on("upgrade", (request, socket, head) => {
    if (settings.isHung) return;
    const status = refuses(request);
    if (status === null) sockets.handleUpgrade(request, socket, head, greet);
    else socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nretry-after: 5\r\n\r\n`);
  });
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
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
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
