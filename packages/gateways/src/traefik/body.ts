import { AppError } from "@agentpod/core/errors";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import type { RouteTable } from "@agentpod/core/route-table";

/** What of Traefik's own, static configuration AgentPod's routers refer to, and where they lead. */
export interface TraefikPlaces {
  httpEntryPoint: string;
  /** Null: no HTTPS. */
  httpsEntryPoint: string | null;
  /** The embedded gateway, as Traefik reaches it: `http://127.0.0.1:3000`. */
  inner: string;
}

interface Router {
  rule: string;
  service: string;
  entryPoints: string[];
  tls?: Record<string, never>;
}

/** Traefik's dynamic configuration, as its HTTP provider reads it. */
export interface TraefikConfiguration {
  http?: {
    routers: Record<string, Router>;
    services: Record<
      string,
      { loadBalancer: { servers: { url: string }[]; passHostHeader: boolean; responseForwarding: { flushInterval: string } } }
    >;
  };
  /** Contents in place of file names, which Traefik takes too. */
  tls?: { certificates: { certFile: string; keyFile: string }[] };
}

const service = "agentpod";

/** Every host of the table and of AgentPod itself, led to the embedded gateway; with its certificates. Nothing at all: an empty object, as Traefik wants it. */
export function dynamicConfiguration(
  table: RouteTable,
  ownHosts: readonly string[],
  certificates: readonly ServedCertificate[],
  places: TraefikPlaces,
): TraefikConfiguration {
  const hosts = [...new Set([...ownHosts, ...table.routes.flatMap((route) => route.hosts)])].sort();
  const tls = { certificates: certificates.map(({ chain, key }) => ({ certFile: chain, keyFile: key })) };
  return {
    ...(hosts.length > 0 && {
      http: {
        routers: Object.fromEntries(hosts.flatMap((host) => routersOf(host, places))),
        services: {
          [service]: {
            loadBalancer: {
              servers: [{ url: places.inner }],
              passHostHeader: true,
              // Events and chunks as they come.
              responseForwarding: { flushInterval: "-1ms" },
            },
          },
        },
      },
    }),
    ...(certificates.length > 0 && { tls }),
  };
}

function routersOf(host: string, { httpEntryPoint, httpsEntryPoint }: TraefikPlaces): [string, Router][] {
  const name = `agentpod-${host.replace("*", "any")}`;
  const rule = ruleOf(host);
  const plain: [string, Router] = [name, { rule, service, entryPoints: [httpEntryPoint] }];
  if (httpsEntryPoint === null) return [plain];
  return [plain, [`${name}-https`, { rule, service, entryPoints: [httpsEntryPoint], tls: {} }]];
}

/** A rule is a language of its own: only what is a host may become part of one. */
function ruleOf(host: string): string {
  if (!/^(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/.test(host)) throw new AppError("internal", "A route's host is no host name.");
  if (!host.startsWith("*.")) return `Host(\`${host}\`)`;
  return `HostRegexp(\`^[^.]+\\.${host.slice(2).replaceAll(".", "\\.")}$\`)`;
}
