import { hash } from "node:crypto";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import { addressKey } from "./address-key.ts";
import { headerValues } from "./header-values.ts";
import { type Taken, TokenBuckets } from "./token-buckets.ts";

type Limit = NonNullable<RoutePolicies["rateLimit"]>;

/** Longer ones are kept as their hash. */
const mostKeyLength = 64;

/** Counts the requests of one route. */
export class RateLimit {
  readonly #buckets: TokenBuckets;
  /** Lower case; null: by address. */
  readonly #header: string | null;
  readonly #policy: string;

  constructor({ requests, perSeconds, burst, by }: Limit) {
    this.#buckets = new TokenBuckets({ tokens: requests, perMilliseconds: perSeconds * 1000, burst: burst ?? requests });
    this.#header = by === "address" ? null : by.header.toLowerCase();
    this.#policy = `"default";q=${requests};w=${perSeconds}`;
  }

  /** Counts a request. `headers`: flat list as the client sent them. */
  take(client: string, headers: readonly string[], now: number): Taken {
    const origin = addressKey(client);
    return this.#buckets.take(this.#keyOf(origin, headers), origin, now);
  }

  /** What every answer says (draft-ietf-httpapi-ratelimit-headers): the rule, and how much of it is left. Flat list. */
  headersFor({ remaining, waitMilliseconds, resetMilliseconds }: Taken): string[] {
    const seconds = Math.ceil((remaining > 0 ? resetMilliseconds : Math.max(waitMilliseconds, 1)) / 1000);
    return ["ratelimit-policy", this.#policy, "ratelimit", `"default";r=${remaining};t=${seconds}`];
  }

  /** Buckets kept at the moment. */
  get size(): number {
    return this.#buckets.size;
  }

  #keyOf(origin: string, headers: readonly string[]): string {
    const value = this.#header === null ? "" : headerValues(headers, this.#header).join(",");
    if (value === "") return `a ${origin}`;
    return value.length <= mostKeyLength ? `h ${value}` : `H ${hash("sha256", value, "base64")}`;
  }
}
