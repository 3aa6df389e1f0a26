import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { TerminalRuntime, TerminalToOpen } from "@agentpod/core/api/terminal-host";
import { AppError, toAppError } from "@agentpod/core/errors";
import { httpStatus } from "@agentpod/core/http-status";
import type { Terminals } from "./terminals.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, id: string) => Promise<unknown>;

const mostBodyBytes = 4 * 1024 * 1024;

/** The host's API for the control plane alone: it listens on a unix socket of this user. `used` is called when a control plane says it is there. */
export function hostServer(terminals: Terminals, used: () => void): Server {
  const answers: Record<string, Answer> = {
    "PUT runtime": async (request) => {
      used();
      await terminals.setRuntime((await readJson(request)) as TerminalRuntime);
      return {};
    },
    "POST terminals": async (request) => terminals.open((await readJson(request)) as TerminalToOpen),
    "GET pods": async (_request, _response, pod) => terminals.list(pod),
    "DELETE terminals": async (_request, _response, id) => {
      await terminals.close(id);
      return {};
    },
    "POST noted": async (_request, _response, id) => {
      terminals.noted(id);
      return {};
    },
    "GET watch": async (_request, response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson" }).flushHeaders();
      response.once(
        "close",
        terminals.watch((ended) => response.write(`${JSON.stringify(ended)}\n`)),
      );
    },
  };
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    const [, what = "", id = ""] = (request.url ?? "").split("/");
    const answer = answers[`${request.method} ${what}`] ?? nothing;
    answer(request, response, decodeURIComponent(id)).then(
      (value) => value !== undefined && sendJson(response, 200, value),
      (thrown: unknown) => {
        const { code, message, issues } = toAppError(thrown);
        if (response.headersSent) response.destroy();
        else sendJson(response, httpStatus[code], { error: { code, message, issues } });
      },
    );
  });
  server.on("upgrade", (request, socket, head) => {
    upgrade(terminals, request, socket, head).catch(() => socket.destroy());
  });
  return server;
}

/** Loaded with the first view: an idle host goes without. */
async function upgrade(terminals: Terminals, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const [{ WebSocketServer }, { serveView }] = await Promise.all([import("ws"), import("./serve-view.ts")]);
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: 1024 * 1024, perMessageDeflate: false });
  const [, , id = ""] = (request.url ?? "").split("/");
  sockets.handleUpgrade(request, socket, head, (opened) => serveView(terminals, decodeURIComponent(id), opened));
}

const nothing: Answer = async (request) => {
  throw new AppError("not_found", `The terminal host has no ${request.method} ${request.url}.`);
};

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBodyBytes) throw new AppError("invalid", "the request is too large");
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}
