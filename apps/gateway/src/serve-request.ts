import type { PageKind } from "./pages/page-kind.ts";
import { renderPage } from "./pages/render-page.ts";
import { accessLine } from "./proxy/access-line.ts";
import type { ClientRequest, ClientResponse } from "./proxy/client.ts";
import { Exchange } from "./proxy/exchange.ts";
import { peerOf } from "./proxy/peer.ts";
import type { ProxyContext } from "./proxy/proxy-context.ts";
import { newRequestId } from "./proxy/request-id.ts";
import { type RequestTarget, readTarget } from "./routing/request-target.ts";
import { challengeAnswer, type EarlyAnswer, redirectAnswer } from "./tls/early-answer.ts";
import { isMisdirected } from "./tls/misdirected.ts";

/** Answers one request, over HTTP/1.1 or HTTP/2. */
export function serveRequest(context: ProxyContext, request: ClientRequest, response: ClientResponse, expectsContinue = false): void {
  const target = targetOf(request);
  if (target === null) {
    answerPage(request, response, "bad-request");
    return;
  }
  const early = earlyAnswer(context, request, target);
  if (early === null) new Exchange(context, request, response, target, expectsContinue).serve();
  else if (early === "misdirected") answerPage(request, response, "misdirected");
  else answerEarly(context, request, response, target, early);
}

/** Null unless there is exactly one Host and a target that can be passed on. */
export function targetOf({ rawHeaders, url = "", httpVersionMajor }: ClientRequest): RequestTarget | null {
  let host: string | null = null;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length !== 4 || (name !== "Host" && name.toLowerCase() !== "host")) continue;
    if (host !== null) return null;
    host = rawHeaders[i + 1] as string;
  }
  // An absolute target is HTTP/1.1's own: `:path` has no host.
  if (host === null || (httpVersionMajor === 2 && !url.startsWith("/"))) return null;
  return readTarget(url, host);
}

/** What a request is told before any routing: it is a proof's challenge, came by the wrong connection, or belongs to HTTPS. */
export function earlyAnswer(context: ProxyContext, request: ClientRequest, target: RequestTarget): EarlyAnswer | "misdirected" | null {
  const { https } = context;
  const challenge = challengeAnswer(https, request.method ?? "", target);
  if (challenge !== null) return challenge;
  const { socket } = request;
  const { isTls, isTrusted, isInner } = peerOf(socket, context.trusted);
  if (isTls) return !isTrusted && isMisdirected(socket, target.host, https.certificates) ? "misdirected" : null;
  // Behind the inner door it is the gateway in front that sends to HTTPS.
  if (isInner || https.port === null || https.certificates.entries.length === 0) return null;
  if (isTrusted && saidHttps(request)) return null;
  const localPort = socket.localPort ?? 0;
  const found = context.find(target, localPort);
  const route = typeof found === "string" ? null : found;
  // A route's own port has no HTTPS beside it.
  if (route !== null && route.entry.publicPort === localPort) return null;
  return redirectAnswer(https, target, route);
}

/** The client of a trusted proxy is at HTTPS already. */
const saidHttps = ({ headers }: ClientRequest): boolean => headers["x-forwarded-proto"] === "https";

function answerPage(request: ClientRequest, response: ClientResponse, kind: PageKind): void {
  const { accept, "accept-language": acceptLanguage } = request.headers;
  const page = renderPage(kind, null, newRequestId(), { accept, acceptLanguage });
  response.shouldKeepAlive = false;
  response.writeHead(page.status, page.headers);
  response.end(request.method === "HEAD" ? undefined : page.body);
}

function answerEarly(
  context: ProxyContext,
  request: ClientRequest,
  response: ClientResponse,
  target: RequestTarget,
  { status, headers, body, route }: EarlyAnswer,
): void {
  // A body that nobody reads would be taken for the next request.
  const { "content-length": length = "0", "transfer-encoding": coding } = request.headers;
  response.shouldKeepAlive = length === "0" && coding === undefined && !context.isClosing;
  response.writeHead(status, headers);
  response.end(body);
  context.log.record(
    accessLine(request, target, Date.now(), {
      route,
      status,
      bytesIn: 0,
      bytesOut: Buffer.byteLength(body),
      client: peerOf(request.socket, context.trusted).address,
      upstream: null,
      error: null,
    }),
  );
}
