import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { ownPage } from "../pages/own-page.ts";
import type { PageKind } from "../pages/page-kind.ts";
import type { Refusal } from "../policies/admit.ts";
import { PolicyGate, visitorOf } from "../policies/policy-gate.ts";
import { accessLine } from "../proxy/access-line.ts";
import { addressRequest } from "../proxy/address-request.ts";
import { type AnswerHandler, Connection } from "../proxy/connection.ts";
import { resetConnection } from "../proxy/cut-off.ts";
import { decide } from "../proxy/decide.ts";
import { codeOf, failurePage, newsMilliseconds } from "../proxy/failure.ts";
import { type Hold, holdOf } from "../proxy/hold.ts";
import { peerOf } from "../proxy/peer.ts";
import type { ProxyContext } from "../proxy/proxy-context.ts";
import type { OutgoingHeaders } from "../proxy/request-headers.ts";
import { newRequestId } from "../proxy/request-id.ts";
import type { ResponseHead } from "../proxy/response-head.ts";
import { incomingHeaders } from "../proxy/response-headers.ts";
import { type Closable, pickUpstream, type Upstream } from "../proxy/upstream.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import { Tunnel } from "./tunnel.ts";

const connectSeconds = 5;

/** A request for a WebSocket or another upgrade: found a route, held, asked of the upstream, then joined to it byte by byte. */
export class UpgradeExchange implements Closable, AnswerHandler {
  readonly #context: ProxyContext;
  readonly #request: IncomingMessage;
  readonly #socket: Socket;
  readonly #head: Buffer;
  readonly #target: RequestTarget;
  readonly #startedAt = Date.now();
  #route: Route | null = null;
  /** Null: the route has no policies. */
  #gate: PolicyGate | null = null;
  #headers: OutgoingHeaders | null = null;
  #upstream: Upstream | null = null;
  #lastUpstream: string | null = null;
  #tried: Upstream[] = [];
  #held: Hold | null = null;
  #leaveWaiting: (() => void) | null = null;
  #connection: Connection | null = null;
  #isSent = false;
  /** The upstream's answer when it is no upgrade. */
  #relayed: ServerResponse | null = null;
  #tunnel: Tunnel | null = null;
  #isClosed = false;
  #status = 499;
  #bytesIn = 0;
  #bytesOut = 0;
  #error: string | null = null;

  constructor(context: ProxyContext, request: IncomingMessage, socket: Socket, head: Buffer, target: RequestTarget) {
    this.#context = context;
    this.#request = request;
    this.#socket = socket;
    this.#head = head;
    this.#target = target;
    // Until the upstream has answered, nobody takes what the client sends.
    socket.pause();
    socket.on("error", () => {});
    socket.on("close", () => this.#onClientClose());
  }

  /** Begins, or goes on after waiting. */
  readonly serve = (): void => {
    this.#leaveWaiting = null;
    const found = this.#context.find(this.#target, this.#socket.localPort ?? 0);
    if (typeof found !== "string" && found.policies !== this.#gate?.policies) {
      this.#enter(found);
      return;
    }
    const decision = decide(found, this.#request.headers);
    this.#route = decision.route;
    if (decision.kind === "answer") this.#answer(decision.page, decision.message);
    else if (decision.kind === "hold") this.#hold(decision.route);
    else this.#ask(decision.route, decision.upstream);
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
      else this.#answer(refusal.page ?? "bad-request", refusal.message, refusal);
    });
  }

  #addressTo(route: Route): OutgoingHeaders {
    this.#headers ??= addressRequest(this.#context, this.#request, this.#target, route);
    return this.#headers;
  }

  /** The upstream goes away. */
  close(): void {
    if (this.#tunnel) {
      this.#tunnel.close();
      return;
    }
    this.#giveUp();
    this.#socket.destroy();
  }

  #hold(route: Route): void {
    this.#held ??= holdOf(route, this.#request, this.#startedAt);
    const { until, page, message } = this.#held;
    const expire = () => this.#answer(page, message);
    this.#leaveWaiting = this.#context.waiting.enter(route.entry.id, until, this.serve, expire);
  }

  #ask(route: Route, upstream: Upstream): void {
    const headers = this.#addressTo(route);
    this.#upstream = upstream;
    this.#lastUpstream = upstream.id;
    upstream.lastActivity = this.#startedAt;
    upstream.beginTunnel(this);
    this.#isSent = false;
    this.#connection = new Connection(upstream.address, connectSeconds, () => {});
    this.#connection.send(
      {
        method: this.#request.method ?? "GET",
        path: this.#target.path,
        headers: headers.list,
        body: null,
        timeoutMilliseconds: route.entry.timeoutSeconds * 1000,
        upgrade: this.#request.headers.upgrade ?? "",
      },
      this,
    );
  }

  onSent(): void {
    this.#isSent = true;
  }

  onInterim(): void {}

  onUpgrade(head: ResponseHead, rest: Buffer): void {
    const connection = this.#connection as Connection;
    const upstream = this.#upstream as Upstream;
    this.#status = 101;
    const protocol = headerOf(head, "upgrade") ?? this.#request.headers.upgrade ?? "";
    const lines = [`HTTP/1.1 101 ${head.reason || "Switching Protocols"}`, "connection: upgrade", `upgrade: ${protocol}`];
    const headers = this.#answerHeaders(head, false);
    for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
    this.#socket.setNoDelay(true).setKeepAlive(true, 60_000);
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
    this.#tunnel = new Tunnel({
      client: this.#socket,
      upstream: connection,
      isWebSocket: /^websocket$/i.test(protocol),
      idleMilliseconds: this.#gate?.policies.idleMilliseconds ?? 0,
      onActivity: () => {
        upstream.lastActivity = Date.now();
      },
      onEnd: (bytesIn, bytesOut) => {
        this.#bytesIn = bytesIn;
        this.#bytesOut = bytesOut;
        this.#leaveUpstream();
        this.#log();
      },
    });
    this.#tunnel.start(this.#head, rest);
  }

  /** The upstream said something else than 101: its answer goes on as it is, and the connection ends with it. */
  onHead(head: ResponseHead): void {
    this.#relayed = this.#beginAnswer(head.status);
    this.#relayed.on("drain", () => this.#connection?.resume());
    this.#relayed.writeHead(head.status, head.reason, this.#answerHeaders(head, this.#request.method !== "HEAD"));
  }

  onData(bytes: Buffer): void {
    this.#bytesOut += bytes.length;
    this.#relayed?.write(bytes);
  }

  onPieceEnd(): boolean {
    this.#connection?.giveAwayBytes();
    return !this.#relayed?.writableNeedDrain;
  }

  onEnd(): void {
    this.#relayed?.end();
    this.#connection?.giveAwayBytes();
    this.#connection?.destroy();
    this.#connection = null;
    this.#leaveUpstream();
  }

  onError(error: Error): void {
    const upstream = this.#upstream;
    const route = this.#route;
    this.#connection = null;
    this.#leaveUpstream();
    if (this.#relayed !== null || upstream === null || route === null) {
      this.#error = codeOf(error);
      resetConnection(this.#socket);
      return;
    }
    const other = this.#isSent || this.#tried.push(upstream) > 1 ? undefined : pickUpstream(route.upstreams, this.#tried);
    if (other !== undefined) {
      this.#ask(route, other);
      return;
    }
    if (codeOf(error) === "ECONNREFUSED" && this.#waitForNews(route, error)) return;
    this.#error = codeOf(error);
    this.#answer(failurePage(error, route.isFront, this.#isSent), null);
  }

  /** As a request does: nothing was sent, so it can wait for the table to say that the unit died, and for its return. */
  #waitForNews(route: Route, error: Error): boolean {
    const until = this.#startedAt + newsMilliseconds;
    if (this.#isClosed || route.isFront || Date.now() >= until) return false;
    this.#tried = [];
    const expire = () => {
      this.#error = codeOf(error);
      this.#answer(failurePage(error, false, false), null);
    };
    this.#leaveWaiting = this.#context.waiting.enter(route.entry.id, until, this.serve, expire);
    return true;
  }

  /** Leaves what it waits for: a table or an upstream's answer. */
  #giveUp(): void {
    this.#leaveWaiting?.();
    this.#connection?.destroy();
    this.#connection = null;
  }

  #answer(kind: PageKind, message: string | null, refusal: Refusal | null = null): void {
    if (this.#isClosed) return;
    const requestId = this.#headers?.requestId ?? newRequestId();
    const page = ownPage(this.#request.headers, { kind, message, requestId, gate: this.#gate, refusal });
    const answer = this.#beginAnswer(page.status);
    answer.writeHead(page.status, page.headers);
    this.#bytesOut = Buffer.byteLength(page.body);
    answer.end(page.body);
  }

  #beginAnswer(status: number): ServerResponse {
    this.#status = status;
    const answer = new ServerResponse(this.#request);
    answer.shouldKeepAlive = false;
    answer.assignSocket(this.#socket);
    answer.on("finish", () => this.#socket.destroySoon());
    return answer;
  }

  #answerHeaders(head: ResponseHead, canChunk: boolean): string[] {
    const headers = incomingHeaders(head.headers, { status: head.status, isFront: this.#route?.isFront ?? false, canChunk });
    return this.#gate?.dressAnswer(headers, head.status, false).headers ?? headers;
  }

  #onClientClose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#tunnel) return;
    this.#giveUp();
    this.#leaveUpstream();
    this.#log();
  }

  #leaveUpstream(): void {
    const upstream = this.#upstream;
    if (upstream === null) return;
    this.#upstream = null;
    upstream.lastActivity = Date.now();
    upstream.endTunnel(this);
  }

  #log(): void {
    this.#context.log.record(
      accessLine(this.#request, this.#target, this.#startedAt, {
        route: this.#route?.entry.id ?? null,
        status: this.#status,
        bytesIn: this.#bytesIn,
        bytesOut: this.#bytesOut,
        client: this.#headers?.client ?? peerOf(this.#socket, this.#context.trusted).address,
        upstream: this.#lastUpstream,
        error: this.#error,
      }),
    );
  }
}

function headerOf({ headers }: ResponseHead, name: string): string | null {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]?.toLowerCase() === name) return headers[i + 1] as string;
  return null;
}
