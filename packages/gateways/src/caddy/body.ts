import { AppError } from "@agentpod/core/errors";
import type { CertificateSet } from "@agentpod/core/gateway-tls";
import { canonicalJson } from "@agentpod/core/hash";

/** Where Caddy listens for AgentPod and how it reaches the embedded gateway. */
export interface CaddyPlaces {
  /** Listen address of plain HTTP, as Caddy writes it: `:80`. */
  http: string;
  /** Of HTTPS; null: none. */
  https: string | null;
  /** Unix socket of the embedded gateway's inner door. */
  inner: string;
}

/** Caddy's whole configuration: other people's parts are passed through as they are. */
export interface CaddyConfig {
  apps?: {
    http?: { servers?: Record<string, unknown>; [key: string]: unknown };
    tls?: { certificates?: { load_pem?: LoadedPem[]; [key: string]: unknown }; [key: string]: unknown };
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

interface LoadedPem {
  certificate: string;
  key: string;
  tags?: string[];
}

const mark = "agentpod";
/** Version of the certificates, as the id of a server: Caddy keeps it even where there are none. */
const versionMark = "agentpod-certificates-";
const ownServers = ["agentpod", "agentpod-https"];

/** AgentPod's own servers: whatever comes in goes on to the embedded gateway, which knows what to do with it. */
export function serversOf({ http, https, inner }: CaddyPlaces, certificateVersion: string): Record<string, unknown> {
  const server = (listen: string, more: object) => ({
    listen: [listen],
    routes: [{ handle: [proxyTo(inner)] }],
    // Certificates come from AgentPod alone.
    automatic_https: { disable: true },
    ...more,
  });
  return {
    agentpod: server(http, { "@id": versionMark + certificateVersion }),
    ...(https === null ? {} : { "agentpod-https": server(https, { tls_connection_policies: [{}] }) }),
  };
}

function proxyTo(socket: string): object {
  return {
    handler: "reverse_proxy",
    upstreams: [{ dial: `unix/${socket}` }],
    // The embedded gateway may be starting anew: who comes meanwhile waits for it.
    load_balancing: { try_duration: 5_000_000_000 },
    // Events and chunks as they come.
    flush_interval: -1,
    headers: { request: { set: { "X-Forwarded-Port": ["{http.request.port}"] } } },
    // The embedded gateway closes idle connections after a minute; what an application compressed stays so.
    transport: { protocol: "http", compression: false, keep_alive: { idle_timeout: 30_000_000_000 } },
  };
}

/** The configuration with AgentPod's servers and certificates in place; `certificates` null leaves those that are there. */
export function withAgentPod(config: CaddyConfig | null, places: CaddyPlaces, certificates: CertificateSet | null): CaddyConfig {
  if (certificates === null) return withServers(withoutServers(config), serversOf(places, certificateVersionOf(config)));
  const without = withoutCertificates(withoutServers(config)) ?? {};
  return withPems(withServers(without, serversOf(places, certificates.version)), certificates.certificates.map(pemOf));
}

/** The configuration as if AgentPod had never been there. */
export const withoutAgentPod = (config: CaddyConfig | null): CaddyConfig => withoutCertificates(withoutServers(config)) ?? {};

/** Whether AgentPod's servers are as they should be. */
export function isInPlace(config: CaddyConfig | null, places: CaddyPlaces): boolean {
  const all = config?.apps?.http?.servers ?? {};
  const own = Object.fromEntries(ownServers.flatMap((name) => (name in all ? [[name, all[name]]] : [])));
  return canonicalJson(own) === canonicalJson(serversOf(places, certificateVersionOf(config)));
}

/** Version of the certificates that Caddy has of AgentPod; empty: none were ever given. */
export function certificateVersionOf(config: CaddyConfig | null): string {
  const server = config?.apps?.http?.servers?.agentpod as { "@id"?: unknown } | undefined;
  const id = server?.["@id"];
  return typeof id === "string" && id.startsWith(versionMark) ? id.slice(versionMark.length) : "";
}

/** Caddy's refusal of a configuration, in words that say what to do. */
export function refusalOf(status: number, body: string, { http, https }: CaddyPlaces): AppError {
  const said = errorIn(body).slice(0, 300);
  if (/address already in use|already claimed|listener address repeated|permission denied/i.test(said)) {
    const wanted = https === null ? http : `${http} and ${https}`;
    return new AppError(
      "conflict",
      `Caddy cannot listen on ${wanted}: ${said}. Free the address, or choose others with --http and --https.`,
    );
  }
  return new AppError("unavailable", `Caddy did not take AgentPod's configuration (status ${status}): ${said}.`);
}

function errorIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === "string" ? error : "it gave no reason";
  } catch {
    return "it gave no reason";
  }
}

const isOwn = ({ tags }: LoadedPem): boolean => tags?.includes(mark) ?? false;

const pemOf = ({ chain, key }: CertificateSet["certificates"][number]): LoadedPem => ({ certificate: chain, key, tags: [mark] });

function withServers(config: CaddyConfig, servers: Record<string, unknown>): CaddyConfig {
  const { apps = {} } = config;
  return { ...config, apps: { ...apps, http: { ...apps.http, servers: { ...apps.http?.servers, ...servers } } } };
}

function withoutServers(config: CaddyConfig | null): CaddyConfig {
  const servers = config?.apps?.http?.servers;
  if (!config?.apps || !servers) return config ?? {};
  const others = Object.fromEntries(Object.entries(servers).filter(([name]) => !ownServers.includes(name)));
  const { http: _http, ...apps } = config.apps;
  const { servers: _servers, ...http } = config.apps.http ?? {};
  if (Object.keys(others).length > 0) return { ...config, apps: { ...apps, http: { ...http, servers: others } } };
  return { ...config, apps: Object.keys(http).length > 0 ? { ...apps, http } : apps };
}

function withPems(config: CaddyConfig, pems: LoadedPem[]): CaddyConfig {
  if (pems.length === 0) return config;
  const { apps = {} } = config;
  const { tls = {} } = apps;
  const { certificates = {} } = tls;
  const all = [...(certificates.load_pem ?? []), ...pems];
  return { ...config, apps: { ...apps, tls: { ...tls, certificates: { ...certificates, load_pem: all } } } };
}

function withoutCertificates(config: CaddyConfig | null): CaddyConfig | null {
  const pems = config?.apps?.tls?.certificates?.load_pem;
  if (!config?.apps?.tls?.certificates || !pems) return config;
  const { load_pem: _all, ...certificates } = config.apps.tls.certificates;
  const others = pems.filter((pem) => !isOwn(pem));
  if (others.length > 0)
    return { ...config, apps: { ...config.apps, tls: { ...config.apps.tls, certificates: { ...certificates, load_pem: others } } } };
  const { certificates: _certificates, ...tls } = config.apps.tls;
  const { tls: _tls, ...apps } = config.apps;
  const kept = Object.keys(certificates).length > 0 ? { ...tls, certificates } : tls;
  return { ...config, apps: Object.keys(kept).length > 0 ? { ...apps, tls: kept } : apps };
}
