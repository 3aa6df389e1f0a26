import { pickUpstream, type Upstream } from "./upstream.ts";

export interface Failure {
  upstream: Upstream;
  /** Others that the request could go to. */
  upstreams: readonly Upstream[];
  method: string;
  hasBody: boolean;
  code: string;
  /** The upstream may have seen the request. */
  isSent: boolean;
  /** It was sent on a connection that had answered before. */
  wasReused: boolean;
  /** More tries that the route's policy allows. */
  mostRetries: number;
}

/** `isFresh`: on a connection that was never used. With a pause the table is asked again after it. */
export type NextTry = { upstream: Upstream; isFresh: boolean } | { pauseMilliseconds: number };

const safe = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);
const idempotent = new Set([...safe, "PUT", "DELETE"]);
/** The connection ended; what an upstream says wrongly or too late it would say again. */
const lost = new Set(["ECONNRESET", "EPIPE", "UPSTREAM_CLOSED"]);
const firstPauseMilliseconds = 100;

/** Where a request was tried, and where next. */
export class Attempts {
  #tried: Upstream[] = [];
  #hasRetriedStale = false;
  #hasTriedOther = false;
  #retries = 0;

  /** Null: no more. No byte of the request's body may have been taken yet. */
  after(failure: Failure): NextTry | null {
    return this.#afterStale(failure) ?? this.#afterRefusal(failure) ?? this.#byPolicy(failure);
  }

  /** The table has changed or is waited for. */
  forget(): void {
    this.#tried = [];
    this.#hasTriedOther = false;
  }

  /** Once anew where a kept connection turned out closed. */
  #afterStale({ upstream, method, hasBody, code, isSent, wasReused }: Failure): NextTry | null {
    if (!isSent || !wasReused || this.#hasRetriedStale || hasBody || !safe.has(method) || !lost.has(code)) return null;
    this.#hasRetriedStale = true;
    return { upstream, isFresh: true };
  }

  /** Once on another upstream after a failed connect: nothing was sent. */
  #afterRefusal({ upstream, upstreams, isSent }: Failure): NextTry | null {
    if (isSent || this.#hasTriedOther) return null;
    this.#hasTriedOther = true;
    return this.#other(upstream, upstreams);
  }

  /** As often as the route's policy says: on an upstream not yet tried, or after a pause on any. */
  #byPolicy({ upstream, upstreams, method, hasBody, code, isSent, mostRetries }: Failure): NextTry | null {
    if (this.#retries >= mostRetries || hasBody || (isSent && !(idempotent.has(method) && lost.has(code)))) return null;
    const pauseMilliseconds = firstPauseMilliseconds * 2 ** this.#retries;
    this.#retries += 1;
    const other = this.#other(upstream, upstreams);
    if (other !== null) return other;
    this.#tried = [];
    return { pauseMilliseconds };
  }

  #other(upstream: Upstream, upstreams: readonly Upstream[]): NextTry | null {
    if (!this.#tried.includes(upstream)) this.#tried.push(upstream);
    const other = pickUpstream(upstreams, this.#tried);
    return other === undefined ? null : { upstream: other, isFresh: false };
  }
}
