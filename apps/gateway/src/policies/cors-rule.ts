import { validateHeaderValue } from "node:http";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import { headerValues, withVary } from "./header-values.ts";

type Cors = NonNullable<RoutePolicies["cors"]>;

/** Which other sites' scripts may read a route's answers. */
export class CorsRule {
  readonly #policy: Cors;
  readonly #isForAll: boolean;
  readonly #exact = new Set<string>();
  readonly #wildcards: { scheme: string; suffix: string }[] = [];

  /** Throws for names that are no header's value. */
  constructor(policy: Cors) {
    const { methods, headers, exposeHeaders } = policy;
    validateHeaderValue("access-control-allow-headers", [...methods, ...headers, ...exposeHeaders].join(", "));
    this.#policy = policy;
    this.#isForAll = policy.origins.includes("*");
    for (const origin of policy.origins) {
      const plain = withoutDefaultPort(origin);
      const [scheme = "", host = ""] = plain.split("//");
      if (host.startsWith("*.")) this.#wildcards.push({ scheme: `${scheme}//`, suffix: host.slice(1) });
      else this.#exact.add(plain);
    }
  }

  /** Whether the gateway answers this request by itself. Headers: flat list as the client sent them. */
  isPreflight(method: string, headers: readonly string[]): boolean {
    return method === "OPTIONS" && originOf(headers) !== null && headerValues(headers, "access-control-request-method").length === 1;
  }

  /** The headers of a preflight's answer: without permission where the origin has none. */
  preflightHeaders(headers: readonly string[]): string[] {
    const granted = this.#grant(originOf(headers));
    const vary = ["vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"];
    if (granted.length === 0) return vary;
    const { methods, headers: names, maxAgeSeconds } = this.#policy;
    const list = [...granted, "access-control-allow-methods", methods.join(", ")];
    if (names.length > 0) list.push("access-control-allow-headers", names.join(", "));
    return [...list, "access-control-max-age", String(maxAgeSeconds), ...vary];
  }

  /** An answer's flat list with this rule's headers in place of whatever it said about other sites. */
  applyTo(answer: readonly string[], request: readonly string[]): string[] {
    const list: string[] = [];
    for (let i = 0; i < answer.length; i += 2) {
      if (!/^access-control-/i.test(answer[i] as string)) list.push(answer[i] as string, answer[i + 1] as string);
    }
    const granted = this.#grant(originOf(request));
    list.push(...granted);
    const { exposeHeaders } = this.#policy;
    if (granted.length > 0 && exposeHeaders.length > 0) list.push("access-control-expose-headers", exposeHeaders.join(", "));
    // Without `*` the answer is another one for each site; a cache that did not know would hand out the wrong one.
    return this.#isForAll ? list : withVary(list, ["Origin"]);
  }

  #grant(origin: string | null): string[] {
    if (origin === null) return [];
    if (this.#isForAll) return ["access-control-allow-origin", "*"];
    if (!this.#isAllowed(origin)) return [];
    const list = ["access-control-allow-origin", origin];
    return this.#policy.credentials ? [...list, "access-control-allow-credentials", "true"] : list;
  }

  #isAllowed(origin: string): boolean {
    if (this.#exact.has(origin)) return true;
    return this.#wildcards.some(({ scheme, suffix }) => {
      if (!origin.startsWith(scheme) || !origin.endsWith(suffix)) return false;
      const below = origin.slice(scheme.length, origin.length - suffix.length);
      return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(below);
    });
  }
}

/** Browsers send exactly one; anything else grants nothing. */
function originOf(headers: readonly string[]): string | null {
  const values = headerValues(headers, "origin");
  return values.length === 1 ? (values[0] as string) : null;
}

/** As browsers write an origin. */
const withoutDefaultPort = (origin: string): string => origin.replace(/^(https:\/\/.*):443$|^(http:\/\/.*):80$/, "$1$2");
