import type { Gateway } from "@agentpod/core/route-table";
import type { FrontGateway } from "../front-gateway.ts";

export interface TraefikGatewayOptions {
  /** Behind Traefik: keeps routes, policies, loads, logs and whoever waits. */
  embedded: Gateway;
  /** Of its HTTPS entry point; null where it has none. */
  httpsPort: number | null;
}

/**
 * Traefik in front of the embedded gateway. It asks for its configuration itself (see body.ts), and hosts and certificates
 * are all that it is told: what a host serves is in force as soon as the embedded gateway has it.
 */
export function traefikGateway({ embedded, httpsPort }: TraefikGatewayOptions): FrontGateway {
  return {
    kind: "traefik",
    apply: (table) => embedded.apply(table),
    observe: async () => ({ ...(await embedded.observe()), httpsPort, httpsError: null }),
    setCertificates: (set) => embedded.setCertificates(set),
    setChallenges: (challenges) => embedded.setChallenges(challenges),
    probe: (upstream, request) => embedded.probe(upstream, request),
    watch: (signal) => embedded.watch(signal),
    logs: (query) => embedded.logs(query),
    // It asks no more once its configuration names this endpoint no more; until then it gets an empty one.
    retire: async () => undefined,
  };
}
