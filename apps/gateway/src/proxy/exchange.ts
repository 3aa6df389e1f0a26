import { ownPage } from "../pages/own-page.ts";
import type { PageKind } from "../pages/page-kind.ts";
import type { Refusal } from "../policies/admit.ts";
import { compressInto } from "../policies/compress-into.ts";
import type { Compressor } from "../policies/compressor.ts";
import type { ContentCoding } from "../policies/content-coding.ts";
import { IdleTimer } from "../policies/idle-timer.ts";
import { PolicyGate, visitorOf } from "../policies/policy-gate.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import { accessLine } from "./access-line.ts";
import { addressRequest } from "./address-request.ts";
import { Attempts } from "./attempts.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";
import type { AnswerHandler, Connection } from "./connection.ts";
import { cutOff } from "./cut-off.ts";
import { decide } from "./decide.ts";
import { codeOf, failurePage, newsMilliseconds } from "./failure.ts";
import { type Hold, holdOf } from "./hold.ts";
import { linger } from "./linger.ts";
import { peerOf } from "./peer.ts";
import type { ProxyContext } from "./proxy-context.ts";
import { RequestBody } from "./request-body.ts";
import type { OutgoingHeaders } from "./request-headers.ts";
import { newRequestId } from "./request-id.ts";
import type { ResponseHead } from "./response-head.ts";
import { incomingHeaders, trailerPairs } from "./response-headers.ts";
import { sendHints } from "./send-hints.ts";
import type { Upstream } from "./upstream.ts";

const mostAsText = 16_384;
/** In the log: the client left before there was an answer. */
const clientClosed = 499;

/** One request and its answer: found a route, held, sent on, streamed back, logged. */
export class Exchange implements AnswerHandler {
  readonly #context: ProxyContext;
  readonly #request: ClientRequest;
  readonly #response: ClientResponse;
  readonly #target: RequestTarget;
  readonly #expectsContinue: boolean;
  readonly #startedAt = Date.now();
  #route: Route | null = null;
  /** Null: the route has no policies. */
  #gate: PolicyGate | null = null;
  #compressor: Compressor | null = null;
  #idle: IdleTimer | null = null;
  #isRefused = false;
  #headers: OutgoingHeaders | null = null;
  #body: RequestBody | null = null;
  #upstream: Upstream | null = null;
  #lastUpstream: string | null = null;
  #connection: Connection | null = null;
  #isSent = false;
  #attempts: Attempts | null = null;
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
    const found = this.#context.find(this.#target, this.#request.socket.localPort ?? 0);
    if (typeof found !== "string" && found.policies !== this.#gate?.policies) {
      this.#enter(found);
      return;
    }
    const decision = decide(found, this.#request.headers);
    this.#route = decision.route;
    if (decision.kind === "answer") this.#answer(decision.page, decision.message);
    else if (decision.kind === "hold") this.#hold(decision.route);
    else this.#send(decision.route, decision.upstream, decision.upstream.pool.take());
  };

  /** Asks the policies of a route, or forgets those of another. */
  #enter(route: Route): void {
    const { policies } = route;
    this.#route = route;
    this.#headers = null;
    this.#gate = null;
    if (policies === undefined) {
      this.serve();
      return;
    }
    const { client, isHttps } = this.#addressTo(route);
    this.#gate = new PolicyGate(policies, { ...visitorOf(this.#request, this.#target), client, isHttps });
    this.#gate.enter((refusal) => {
      if (this.#isClosed) return;
      if (refusal === null) this.serve();
      else this.#refuse(refusal);
    });
  }

  #refuse(refusal: Refusal): void {
    if (refusal.page !== null) {
      this.#isRefused = true;
      this.#answer(refusal.page, refusal.message, refusal);
      return;
    }
    this.#endConnectionIfDue();
    this.#response.writeHead(204, refusal.headers);
    this.#response.end();
  }

  #addressTo(route: Route): OutgoingHeaders {
    this.#headers ??= addressRequest(this.#context, this.#request, this.#target, route);
    return this.#headers;
  }

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
    const { list, hasBody, hasLength } = this.#addressTo(route);
    this.#body = hasBody
      ? new RequestBody(request, !hasLength, this.#onBodyStart, this.#gate?.policies.maxBodyBytes, this.#onTooLarge)
      : null;
    this.#upstream = upstream;
    this.#lastUpstream = upstream.id;
    this.#connection = connection;
    this.#isSent = false;
    upstream.beginRequest(this.#startedAt, request.headers);
    connection.send(
      {
        path: this.#target.path,
        method: request.method as string,
        headers: list,
        body: this.#body,
        timeoutMilliseconds: route.entry.timeoutSeconds * 1000,
        upgrade: null,
      },
      this,
    );
  }

  readonly #onTooLarge = (error: Error): void => {
    this.#isRefused = true;
    this.#leaveUpstream(false);
    if (this.#response.headersSent) this.#onCut(error);
    else this.#answer("body-too-large", null);
  };

  readonly #onBodyStart = (): void => {
    if (this.#expectsContinue && !this.#response.headersSent) this.#response.writeContinue();
  };

  onSent(): void {
    this.#isSent = true;
  }

  onInterim({ status, headers }: ResponseHead): void {
    if (this.#request.httpVersionMinor === 0) return;
    if (status === 102) this.#response.writeProcessing();
    if (status === 103) sendHints(this.#response, headers);
  }

  onHead(head: ResponseHead): void {
    const canChunk = this.#request.httpVersionMinor > 0 && this.#request.method !== "HEAD";
    const headers = incomingHeaders(head.headers, { status: head.status, isFront: this.#route?.isFront ?? false, canChunk });
    this.#endConnectionIfDue();
    const gate = this.#gate;
    if (gate === null) {
      this.#response.writeHead(head.status, head.reason, headers);
      return;
    }
    const dressed = gate.dressAnswer(headers, head.status, this.#request.method !== "HEAD");
    this.#response.writeHead(head.status, head.reason, dressed.headers);
    if (dressed.coding !== null) this.#compress(dressed.coding);
    const { idleMilliseconds } = gate.policies;
    if (idleMilliseconds > 0) this.#idle = new IdleTimer(idleMilliseconds, this.#onCut);
  }

  #compress(coding: ContentCoding): void {
    const onSent = (bytes: number) => {
      this.#bytesOut += bytes;
    };
    this.#compressor = compressInto(this.#response, coding, { onSent, onDrain: this.#onDrain, onError: this.#onCut });
  }

  /** Never let a cut answer look whole: a reset cannot be mistaken for an end. */
  readonly #onCut = (error: Error): void => {
    this.#error = codeOf(error);
    this.#leaveUpstream(false);
    cutOff(this.#request, this.#response);
  };

  onData(bytes: Buffer): void {
    this.#idle?.note();
    if (this.#compressor !== null) {
      // Compressed on another thread, while something else is read into these bytes.
      this.#compressor.write(Buffer.from(bytes));
      return;
    }
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
    if (this.#compressor !== null) return !this.#compressor.isFull;
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
    this.#idle?.stop();
    if (this.#compressor !== null) {
      this.#compressor.end();
      this.#leaveUpstream(true);
      return;
    }
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
      this.#onCut(error);
      return;
    }
    if (upstream !== null && this.#retry(upstream, error, isSent, wasReused)) return;
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

  #retry(upstream: Upstream, error: Error, isSent: boolean, wasReused: boolean): boolean {
    const route = this.#route;
    if (route === null || this.#body?.isStarted) return false;
    this.#attempts ??= new Attempts();
    const next = this.#attempts.after({
      upstream,
      upstreams: route.upstreams,
      method: this.#request.method ?? "",
      hasBody: this.#body !== null,
      code: codeOf(error),
      isSent,
      wasReused,
      mostRetries: this.#gate?.policies.retries ?? 0,
    });
    if (next === null) return false;
    if ("upstream" in next) {
      this.#send(route, next.upstream, next.isFresh ? next.upstream.pool.takeFresh() : next.upstream.pool.take());
      return true;
    }
    const timer = setTimeout(this.serve, next.pauseMilliseconds);
    this.#leaveWaiting = () => clearTimeout(timer);
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
    this.#attempts?.forget();
    const expire = () => {
      this.#leaveWaiting = null;
      this.#error = codeOf(error);
      this.#answer(failurePage(error, false, false), null);
    };
    this.#leaveWaiting = this.#context.waiting.enter(route.entry.id, until, this.serve, expire);
    return true;
  }

  #answer(kind: PageKind, message: string | null, refusal: Refusal | null = null): void {
    const requestId = this.#headers?.requestId ?? newRequestId();
    const page = ownPage(this.#request.headers, { kind, message, requestId, gate: this.#gate, refusal });
    // A client that waits for 100 may or may not send its body after a final answer: only an end keeps the two in step.
    if (this.#expectsContinue && !this.#body?.isStarted) this.#response.shouldKeepAlive = false;
    this.#endConnectionIfDue();
    this.#response.writeHead(page.status, page.headers);
    const body = this.#request.method === "HEAD" ? "" : page.body;
    this.#bytesOut = Buffer.byteLength(body);
    this.#response.end(body === "" ? undefined : body);
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
    this.#idle?.stop();
    this.#compressor?.destroy();
    if (!this.#response.writableFinished) {
      this.#error ??= "client gone";
      this.#leaveUpstream(false);
    } else if ((this.#body?.isStarted || this.#isRefused) && !this.#request.complete) {
      linger(this.#request, this.#response);
    }
    this.#log();
  };

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
