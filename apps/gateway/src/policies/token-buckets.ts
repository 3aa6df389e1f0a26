import { hash, randomBytes } from "node:crypto";

export interface BucketSize {
  /** Tokens that come back per `perMilliseconds`. */
  tokens: number;
  perMilliseconds: number;
  /** Tokens in a full bucket. */
  burst: number;
}

export interface Taken {
  isAllowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Until the next one; 0: there is one. */
  waitMilliseconds: number;
  /** Until the bucket is full. */
  resetMilliseconds: number;
}

const mostKeys = 10_000;
const sharedBuckets = 4096;
const looksAtOnce = 8;
/** Nobody outside can tell whose bucket a shared one is. */
const seed = randomBytes(16).toString("hex");

/**
 * A bucket a key, in bounded memory. A bucket is the time at which it will be full, so a full one need not be kept: only
 * those are ever dropped. With too many others, newcomers draw from a fixed number of buckets shared by the hash of where
 * they come from: whoever invents keys uses up his own, and drives nobody else's out.
 */
export class TokenBuckets {
  readonly #perToken: number;
  readonly #depth: number;
  readonly #burst: number;
  /** Least recently used first. */
  readonly #full = new Map<string, number>();
  #shared: Float64Array | null = null;

  constructor({ tokens, perMilliseconds, burst }: BucketSize) {
    this.#perToken = perMilliseconds / tokens;
    this.#burst = burst;
    this.#depth = burst * this.#perToken;
  }

  /** Takes a token if there is one. `origin`: where the key comes from; `now`: milliseconds of a clock that never goes back. */
  take(key: string, origin: string, now: number): Taken {
    const slot = this.#slotFor(key, origin, now);
    const full = Math.max(now, typeof slot === "number" ? this.#sharedAt(slot) : (this.#full.get(slot) ?? 0));
    const next = full + this.#perToken;
    // A rounding error of a long-running clock must not cost a token.
    const isAllowed = next - now <= this.#depth + 1e-3;
    const kept = isAllowed ? next : full;
    this.#keep(slot, kept);
    return {
      isAllowed,
      remaining: Math.min(this.#burst, Math.max(0, Math.floor((this.#depth - (kept - now) + 1e-3) / this.#perToken))),
      waitMilliseconds: isAllowed ? 0 : next - now - this.#depth,
      resetMilliseconds: kept - now,
    };
  }

  /** Undoes a take that was allowed. */
  giveBack(key: string, origin: string): void {
    const slot = this.#full.has(key) ? key : this.#sharedSlot(origin);
    const full = typeof slot === "number" ? this.#sharedAt(slot) : (this.#full.get(slot) ?? 0);
    this.#keep(slot, full - this.#perToken);
  }

  /** Buckets kept at the moment. */
  get size(): number {
    return this.#full.size;
  }

  #slotFor(key: string, origin: string, now: number): string | number {
    if (this.#full.has(key)) return key;
    if (this.#full.size >= mostKeys) this.#dropFull(now);
    return this.#full.size < mostKeys ? key : this.#sharedSlot(origin);
  }

  #dropFull(now: number): void {
    let looks = 0;
    for (const [key, full] of this.#full) {
      if (full <= now) this.#full.delete(key);
      looks += 1;
      if (looks >= looksAtOnce) return;
    }
  }

  #keep(slot: string | number, full: number): void {
    if (typeof slot === "number") {
      this.#shared ??= new Float64Array(sharedBuckets);
      this.#shared[slot] = full;
      return;
    }
    this.#full.delete(slot);
    this.#full.set(slot, full);
  }

  #sharedAt(slot: number): number {
    return this.#shared?.[slot] ?? 0;
  }

  #sharedSlot(origin: string): number {
    return Number.parseInt(hash("sha256", seed + origin).slice(0, 8), 16) % sharedBuckets;
  }
}
