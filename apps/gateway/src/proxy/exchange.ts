import type { PageKind } from "../pages/page-kind.ts";
import { renderPage } from "../pages/render-page.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import { accessLine } from "./access-line.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";
import type { AnswerHandler, Connection } from "./connection.ts";
import { cutOff } from "./cut-off.ts";
import { decide } from "./decide.ts";
import { codeOf, failurePage, newsMilliseconds } from "./failure.ts";
import { type Hold, holdOf } from "./hold.ts";
import { peerOf } from "./peer.ts";
import type { ProxyContext } from "./proxy-context.ts";
import { RequestBody } from "./request-body.ts";
import { type OutgoingHeaders, outgoingHeaders } from "./request-headers.ts";
import { newRequestId } from "./request-id.ts";
import type { ResponseHead } from "./response-head.ts";
import { incomingHeaders, trailerPairs } from "./response-headers.ts";
import { pickUpstream, type Upstream } from "./upstream.ts";

const mostAsText = 16_384;
const lingerMilliseconds = 5000;
/** In the log: the client left before there was an answer. */
const clientClosed = 499;
const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** One request and its answer: found a route, held, sent on, streamed back, logged. */
export class Exchange implements AnswerHandler {
  readonly #context: ProxyContext;
  readonly #request: ClientRequest;
  readonly #response: ClientResponse;
  readonly #target: RequestTarget;
  readonly #expectsContinue: boolean;
  readonly #startedAt = Date.now();
  #route: Route | null = null;
  #headers: OutgoingHeaders | null = null;
  #body: RequestBody | null = null;
  #upstream: Upstream | null = null;
  #lastUpstream: string | null = null;
  #connection: Connection | null = null;
  #isSent = false;
  #tried: Upstream[] = [];
  #hasRetriedStale = false;
  #held: Hold | null = null;
  #leaveWaiting: (() => void) | null = null;
  #hasDrainListener = false;
  /** What came along with the head is held until all of that piece was seen: it may be the whole body. */
  #first: Buffer | null = null;
  #isHeadGone = false;
  #isClosed = false;
  readonly #isPipelined: boolean;
  #bytesOut = 0;
  #error: string | null = null;

  constructor(context: ProxyContext, request: ClientRequest, response: ClientResponse, target: RequestTarget, expectsContinue: boolean) {
    this.#context = context;
    this.#request = request;
    this.#response = response;
    this.#target = target;
    this.#expectsContinue = expectsContinue;
    response.on("close", this.#onClose);
    // A pipelined request has no socket of its own yet: nothing else would say that its client is gone.
    this.#isPipelined = response.socket === null;
    if (this.#isPipelined) request.socket.once("close", this.#onClose);
  }

  /** Begins, or goes on after waiting. */
  readonly serve = (): void => {
    this.#leaveWaiting = null;
    const decision = decide(this.#context, this.#target, this.#request.socket.localPort ?? 0);
    this.#route = decision.route;
    if (decision.kind === "answer") this.#answer(decision.page, decision.message);
    else if (decision.kind === "hold") this.#hold(decision.route);
    else this.#send(decision.route, decision.upstream, decision.upstream.pool.take());
  };

  #hold(route: Route): void {
    this.#held ??= holdOf(route, this.#request, this.#startedAt);
    const { until, page, message } = this.#held;
    const expire = () => {
      this.#leaveWaiting = null;
      this.#answer(page, message);
    };
    this.#leaveWaiting = this.#context.waiting.enter(route.entry.id, until, this.serve, expire);
  }

  #send(route: Route, upstream: Upstream, connection: Connection): void {
    const request = this.#request;
    this.#headers ??= outgoingHeaders(request.rawHeaders, {
      peer: peerOf(request.socket, this.#context.trusted),
      target: this.#target,
      trusted: this.#context.trusted,
      isFront: route.isFront,
    });
    this.#body = this.#headers.hasBody ? new RequestBody(request, !this.#headers.hasLength, this.#onBodyStart) : null;
    this.#upstream = upstream;
    this.#lastUpstream = upstream.id;
    this.#connection = connection;
    this.#isSent = false;
    upstream.beginRequest(this.#startedAt);
    connection.send(
      {
        path: this.#target.path,
        method: request.method as string,
        headers: this.#headers.list,
        body: this.#body,
        timeoutMilliseconds: route.entry.timeoutSeconds * 1000,
        upgrade: null,
      },
      this,
    );
  }

  readonly #onBodyStart = (): void => {
    if (this.#expectsContinue && !this.#response.headersSent) this.#response.writeContinue();
  };

  onSent(): void {
    this.#isSent = true;
  }

  onInterim({ status, headers }: ResponseHead): void {
    if (this.#request.httpVersionMinor === 0) return;
    if (status === 102) this.#response.writeProcessing();
    if (status === 103) this.#hint(headers);
  }

  onHead(head: ResponseHead): void {
    const canChunk = this.#request.httpVersionMinor > 0 && this.#request.method !== "HEAD";
    const headers = incomingHeaders(head.headers, { status: head.status, isFront: this.#route?.isFront ?? false, canChunk });
    this.#endConnectionIfDue();
    this.#response.writeHead(head.status, head.reason, headers);
  }

  onData(bytes: Buffer): void {
    const isWithHead = this.#bytesOut === 0 && !this.#isHeadGone;
    this.#bytesOut += bytes.length;
    if (isWithHead) {
      this.#first = bytes;
      return;
    }
    this.#writeFirst();
    this.#response.write(bytes);
  }

  onPieceEnd(): boolean {
    const response = this.#response;
    // An event stream's headers do not wait for its first event.
    if (this.#first === null && !this.#isHeadGone) response.flushHeaders();
    this.#isHeadGone = true;
    this.#writeFirst();
    // Node would hold it until the end of the tick; by then something else may have been read into these bytes.
    response.socket?.uncork();
    if (response.writableLength === 0) return true;
    if (!response.writableNeedDrain) {
      this.#connection?.giveAwayBytes();
      return true;
    }
    if (!this.#hasDrainListener) {
      this.#hasDrainListener = true;
      response.on("drain", this.#onDrain);
    }
    return false;
  }

  onEnd(trailers: readonly string[]): void {
    const response = this.#response;
    if (trailers.length > 0) response.addTrailers(trailerPairs(trailers));
    const only = this.#first;
    this.#first = null;
    // As text a small body leaves in one piece with its head: one system call, a fifth more requests.
    const isCopied = only !== null && only.length <= mostAsText;
    if (only === null) response.end();
    else if (isCopied) response.end(only.toString("latin1"), "latin1");
    else response.end(only);
    if (!isCopied && response.writableLength > 0) this.#connection?.giveAwayBytes();
    this.#leaveUpstream(true);
  }

  onUpgrade(): void {
    throw new Error("no upgrade was asked for");
  }

  onError(error: Error): void {
    const isSent = this.#isSent;
    const wasReused = this.#connection?.isReused ?? false;
    const upstream = this.#upstream;
    this.#leaveUpstream(false);
    if (this.#isClosed) return;
    if (this.#response.headersSent) {
      this.#error = codeOf(error);
      // Never let a cut answer look whole: a reset cannot be mistaken for an end.
      cutOff(this.#request, this.#response);
      return;
    }
    if (upstream !== null && this.#retry(upstream, isSent, wasReused)) return;
    if (codeOf(error) === "ECONNREFUSED" && this.#waitForNews(error)) return;
    this.#error = codeOf(error);
    this.#answer(failurePage(error, this.#route?.isFront ?? false, isSent), null);
  }

  #writeFirst(): void {
    const bytes = this.#first;
    this.#first = null;
    if (bytes !== null) this.#response.write(bytes);
  }

  readonly #onDrain = (): void => {
    this.#connection?.resume();
  };

  /** Once on another upstream after a failed connect; once anew where a kept connection turned out closed. */
  #retry(upstream: Upstream, isSent: boolean, wasReused: boolean): boolean {
    const route = this.#route;
    if (route === null || this.#body?.isStarted) return false;
    if (isSent) {
      if (!wasReused || this.#hasRetriedStale || this.#body !== null || !safeMethods.has(this.#request.method ?? "")) return false;
      this.#hasRetriedStale = true;
      this.#send(route, upstream, upstream.pool.takeFresh());
      return true;
    }
    if (this.#tried.length > 0) return false;
    this.#tried.push(upstream);
    const other = pickUpstream(route.upstreams, this.#tried);
    if (other === undefined) return false;
    this.#send(route, other, other.pool.take());
    return true;
  }

  /**
   * Nothing listens any more: the unit has just died, and the table does not say so yet. Nothing was sent, so the request
   * can wait for the table to change; with the control plane away that does not happen, and it is answered after all.
   */
  #waitForNews(error: Error): boolean {
    const route = this.#route;
    const until = this.#startedAt + newsMilliseconds;
    if (route === null || route.isFront || this.#body?.isStarted || Date.now() >= until) return false;
    this.#tried = [];
    const expire = () => {
      this.#leaveWaiting = null;
      this.#error = codeOf(error);
      this.#answer(failurePage(error, false, false), null);
    };
    this.#leaveWaiting = this.#context.waiting.enter(route.entry.id, until, this.serve, expire);
    return true;
  }

  /** Hints before the answer; those that are malformed are dropped, they are only hints. */
  #hint(headers: readonly string[]): void {
    const link: string[] = [];
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i]?.toLowerCase() === "link") link.push(...(headers[i + 1] as string).split(/,\s*(?=<)/));
    }
    try {
      if (link.length > 0) this.#response.writeEarlyHints({ link });
    } catch {
      return;
    }
  }

  #answer(kind: PageKind, message: string | null): void {
    const { headers: asked, method } = this.#request;
    const page = renderPage(kind, message, this.#headers?.requestId ?? newRequestId(), {
      accept: asked.accept,
      acceptLanguage: asked["accept-language"],
    });
    // A client that waits for 100 may or may not send its body after a final answer: only an end keeps the two in step.
    if (this.#expectsContinue && !this.#body?.isStarted) this.#response.shouldKeepAlive = false;
    this.#endConnectionIfDue();
    this.#response.writeHead(page.status, page.headers);
    if (method !== "HEAD") this.#bytesOut = Buffer.byteLength(page.body);
    this.#response.end(method === "HEAD" ? undefined : page.body);
  }

  #endConnectionIfDue(): void {
    if (this.#context.isClosing) this.#response.shouldKeepAlive = false;
  }

  #leaveUpstream(isWhole: boolean): void {
    const upstream = this.#upstream;
    const connection = this.#connection;
    if (upstream === null || connection === null) return;
    this.#upstream = null;
    this.#connection = null;
    if (isWhole) upstream.pool.release(connection);
    else upstream.pool.discard(connection);
    upstream.endRequest(Date.now());
  }

  readonly #onClose = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#isPipelined) this.#request.socket.off("close", this.#onClose);
    this.#leaveWaiting?.();
    if (!this.#response.writableFinished) {
      this.#error ??= "client gone";
      this.#leaveUpstream(false);
    } else if (this.#body?.isStarted && !this.#request.complete) {
      this.#linger();
    }
    this.#log();
  };

  /** The answer came before the body's end: its rest is read and dropped for a while, so that the client gets to see the answer. */
  #linger(): void {
    const { socket } = this.#request;
    const response = this.#response;
    const timer = setTimeout(() => (response.cut ? response.cut() : socket.destroy()), lingerMilliseconds).unref();
    this.#request.on("end", () => clearTimeout(timer));
    this.#request.resume();
  }

  #log(): void {
    this.#context.log.record(
      accessLine(this.#request, this.#target, this.#startedAt, {
        route: this.#route?.entry.id ?? null,
        status: this.#response.headersSent ? this.#response.statusCode : clientClosed,
        bytesIn: this.#body?.bytes ?? 0,
        bytesOut: this.#bytesOut,
        client: this.#headers?.client ?? peerOf(this.#request.socket, this.#context.trusted).address,
        upstream: this.#lastUpstream,
        error: this.#error,
      }),
    );
  }
}
