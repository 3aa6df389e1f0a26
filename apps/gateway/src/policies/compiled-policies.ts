import type { RoutePolicies } from "@agentpod/core/route-policies";
import { type AddressRule, addressRule } from "./address-rule.ts";
import { BasicAuth } from "./basic-auth.ts";
import { CorsRule } from "./cors-rule.ts";
import { type DeniedPaths, deniedPaths } from "./denied-paths.ts";
import { type HeaderChange, headerChange } from "./header-change.ts";
import { hstsHeader } from "./hsts-header.ts";
import type { PasswordChecks } from "./password-checks.ts";
import { RateLimit } from "./rate-limit.ts";

/** A route's policies made ready for its requests; null where there is nothing to do. The way to HTTPS is the door's. */
export interface CompiledPolicies {
  readonly maintenance: { message: string; retryAfterSeconds: number } | null;
  readonly isWelcome: AddressRule | null;
  readonly isDeniedPath: DeniedPaths | null;
  readonly cors: CorsRule | null;
  readonly rateLimit: RateLimit | null;
  readonly basicAuth: BasicAuth | null;
  readonly maxBodyBytes: number | null;
  readonly requestHeaders: HeaderChange | null;
  readonly responseHeaders: HeaderChange | null;
  /** A header's value, for answers over HTTPS. */
  readonly hsts: string | null;
  readonly compress: boolean;
  readonly retries: number;
  /** 0: none. */
  readonly idleMilliseconds: number;
  /** Upstreams are told of the client alone, and never of loopback. */
  readonly forwardsClientAlone: boolean;
}

/** What a route had before: parts that stay the same are taken over with what they have counted and remembered. */
export interface EarlierPolicies {
  policies: RoutePolicies;
  compiled: CompiledPolicies;
}

/** Null: nothing to do for any request. */
export function compilePolicies(policies: RoutePolicies, checks: PasswordChecks, earlier: EarlierPolicies | null): CompiledPolicies | null {
  const { maintenance, addresses, cors, rateLimit, basicAuth, requestHeaders, responseHeaders } = policies;
  const compiled: CompiledPolicies = {
    maintenance: maintenance ?? null,
    isWelcome: addresses ? addressRule(addresses) : null,
    isDeniedPath: deniedPaths(policies.deniedPaths),
    cors: cors ? new CorsRule(cors) : null,
    rateLimit: rateLimit ? (kept(earlier, "rateLimit", rateLimit) ?? new RateLimit(rateLimit)) : null,
    basicAuth: basicAuth ? (kept(earlier, "basicAuth", basicAuth) ?? new BasicAuth(basicAuth, checks)) : null,
    maxBodyBytes: policies.maxBodyBytes ?? null,
    requestHeaders: headerChange(requestHeaders, basicAuth ? ["authorization"] : []),
    responseHeaders: headerChange(responseHeaders),
    hsts: hstsHeader(policies.hsts),
    compress: policies.compress,
    retries: policies.retries,
    idleMilliseconds: policies.idleTimeoutSeconds * 1000,
    forwardsClientAlone: policies.forwardedFor === "client",
  };
  const { compress, retries, idleMilliseconds, forwardsClientAlone, ...parts } = compiled;
  const isPlain = !compress && retries === 0 && idleMilliseconds === 0 && !forwardsClientAlone;
  const doesNothing = isPlain && Object.values(parts).every((part) => part === null);
  return doesNothing ? null : compiled;
}

function kept<K extends "rateLimit" | "basicAuth">(
  earlier: EarlierPolicies | null,
  part: K,
  policy: RoutePolicies[K],
): CompiledPolicies[K] {
  if (earlier === null || JSON.stringify(earlier.policies[part]) !== JSON.stringify(policy)) return null;
  return earlier.compiled[part];
}
