import { type Domain, ownershipPath } from "@agentpod/core/domain";
import type { Challenge } from "@agentpod/core/gateway-tls";

/** What the gateway is to answer so that domains which point here can be shown by HTTP. The token is no secret. */
export function domainChallenges(domains: readonly Domain[]): Challenge[] {
  return domains
    .filter((domain) => domain.state === "pending")
    .map(({ name, token }) => ({ kind: "http", host: name, path: ownershipPath(token), body: token }));
}
