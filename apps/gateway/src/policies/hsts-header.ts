import type { RoutePolicies } from "@agentpod/core/route-policies";

export const hstsName = "strict-transport-security";

/** The value of Strict-Transport-Security (RFC 6797); null: the route has no such policy. */
export function hstsHeader(hsts: RoutePolicies["hsts"]): string | null {
  if (hsts === undefined) return null;
  return `max-age=${hsts.maxAgeSeconds}${hsts.includeSubDomains ? "; includeSubDomains" : ""}${hsts.preload ? "; preload" : ""}`;
}

/** Headers (flat list) without one that an upstream says for itself: of two, browsers take the first. */
export function withoutHsts(headers: readonly string[]): string[] {
  return headers.filter((_, i) => headers[i - (i % 2)]?.toLowerCase() !== hstsName);
}
