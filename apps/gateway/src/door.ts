import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Socket } from "node:net";
import type { ProxyContext } from "./proxy/proxy-context.ts";
import { earlyAnswer, serveRequest, targetOf } from "./serve-request.ts";
import { UpgradeExchange } from "./upgrade/upgrade-exchange.ts";

/** An HTTP server, not yet listening, that hands what comes in to the proxy; the front door and each port of a route is one. */
export function createDoor(context: ProxyContext): Server {
  const door = createServer({
    // Sending a request's head takes seconds at most; its body and its answer may take hours.
    headersTimeout: 20_000,
    requestTimeout: 0,
    connectionsCheckingInterval: 5000,
    keepAliveTimeout: 65_000,
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    maxHeaderSize: 32_768,
    requireHostHeader: false,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: isUpgrade,
  });
  // Bounded by their size; a limit by number would silently drop the rest.
  door.maxHeadersCount = 0;
  door.on("request", (request, response) => serveRequest(context, request, response));
  door.on("checkContinue", (request, response) => serveRequest(context, request, response, true));
  door.on("upgrade", (request, socket, head) => serveUpgrade(context, request, socket as Socket, head));
  door.on("connect", (_request, socket) => refuse(socket as Socket, "405 Method Not Allowed"));
  door.on("clientError", (error: NodeJS.ErrnoException, socket) => refuse(socket as Socket, refusalOf(error.code)));
  return door;
}

function serveUpgrade(context: ProxyContext, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const target = targetOf(request);
  const early = target === null ? null : earlyAnswer(context, request, target);
  if (target !== null && early === null) {
    new UpgradeExchange(context, request, socket, head, target).serve();
    return;
  }
  socket.on("error", () => {});
  if (early === null) refuse(socket, "400 Bad Request");
  else if (early === "misdirected") refuse(socket, "421 Misdirected Request");
  // Browsers fail a WebSocket on any such answer; other clients may follow to where it is served.
  else refuse(socket, `${early.status} Permanent Redirect`, early.headers);
}

/** A request with a body is no upgrade for us, nor is HTTP/2 in clear text: both are answered as what they are without it. */
function isUpgrade(request: IncomingMessage): boolean {
  const { upgrade, "transfer-encoding": encoding, "content-length": length } = request.headers;
  return upgrade !== undefined && !/^h2c/i.test(upgrade) && encoding === undefined && (length === undefined || length === "0");
}

function refusalOf(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}

/** `headers`: flat list. */
function refuse(socket: Socket, status: string, headers: readonly string[] = ["content-length", "0"]): void {
  // Words put into an answer under way would become part of it.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  let head = `HTTP/1.1 ${status}\r\nconnection: close\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${head}\r\n`, "latin1");
  // Nothing more of this client is read.
  socket.on("finish", () => socket.destroySoon());
}
