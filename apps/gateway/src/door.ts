import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { renderPage } from "./pages/render-page.ts";
import { Exchange } from "./proxy/exchange.ts";
import type { ProxyContext } from "./proxy/proxy-context.ts";
import { newRequestId } from "./proxy/request-id.ts";
import { readTarget } from "./routing/request-target.ts";
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
  door.on("request", (request, response) => serve(context, request, response, false));
  door.on("checkContinue", (request, response) => serve(context, request, response, true));
  door.on("upgrade", (request, socket, head) => serveUpgrade(context, request, socket as Socket, head));
  door.on("connect", (_request, socket) => refuse(socket as Socket, "405 Method Not Allowed"));
  door.on("clientError", (error: NodeJS.ErrnoException, socket) => refuse(socket as Socket, refusalOf(error.code)));
  return door;
}

function serve(context: ProxyContext, request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
  const target = targetOf(request);
  if (target !== null) {
    new Exchange(context, request, response, target, expectsContinue).serve();
    return;
  }
  const page = badRequest(request);
  response.shouldKeepAlive = false;
  response.writeHead(page.status, page.headers);
  response.end(request.method === "HEAD" ? undefined : page.body);
}

function serveUpgrade(context: ProxyContext, request: IncomingMessage, socket: Socket, head: Buffer): void {
  const target = targetOf(request);
  if (target !== null) {
    new UpgradeExchange(context, request, socket, head, target).serve();
    return;
  }
  socket.on("error", () => {});
  refuse(socket, "400 Bad Request");
}

/** Null unless there is exactly one Host and a target that can be passed on. */
function targetOf(request: IncomingMessage) {
  const raw = request.rawHeaders;
  let host: string | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (name.length !== 4 || (name !== "Host" && name.toLowerCase() !== "host")) continue;
    if (host !== null) return null;
    host = raw[i + 1] as string;
  }
  return host === null ? null : readTarget(request.url ?? "", host);
}

function badRequest(request: IncomingMessage) {
  const { accept, "accept-language": acceptLanguage } = request.headers;
  return renderPage("bad-request", null, newRequestId(), { accept, acceptLanguage });
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

function refuse(socket: Socket, status: string): void {
  // Words put into an answer under way would become part of it.
  if (!socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  // Nothing more of this client is read.
  socket.on("finish", () => socket.destroySoon());
}
