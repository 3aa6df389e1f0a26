import { BlockList, isIP } from "node:net";
import { join, resolve } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { homeAt } from "@agentpod/host/home";
import { parseSettings } from "@agentpod/host/settings";
import { normalizeHost } from "./routing/host-name.ts";

/** What the gateway process is told at its start; everything else comes with the route table. */
export interface GatewaySettings {
  /** Address of the front door and of the routes' own ports. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** Of HTTPS; null: none. 0: any free port. */
  httpsPort: number | null;
  /** Whether the start fails where `httpsPort` is taken; else it goes on without, and tries again. */
  isHttpsNeeded: boolean;
  /** The port that clients call HTTPS by, where another one than `httpsPort` was said (AGENTPOD_URL). */
  publicHttpsPort: number | null;
  controlSocket: string;
  /** Unix socket of the inner door, for a gateway of this machine in front of this one: what it says of its clients counts. */
  innerSocket: string;
  /** Last table, certificates, identity file and access log. */
  stateDir: string;
  /** Unix socket of the API server. */
  serverSocket: string;
  /** Unix socket of the dashboard; null: the server answers its paths too. */
  dashboardSocket: string | null;
  /** Lower case; hosts below them belong to pods. */
  baseDomains: string[];
  /** Hosts that are AgentPod's own even below a base domain. */
  frontHosts: string[];
  /** Peers whose forwarded headers count. */
  trustedProxies: BlockList | null;
}

type Environment = Record<string, string | undefined>;

/** The environment, read once and here alone. Throws `invalid` with a sentence that names the variable. */
export function gatewaySettings(env: Environment = process.env): GatewaySettings {
  const settings = parseSettings(env);
  const home = homeAt(settings.home);
  return {
    host: settings.listen,
    port: settings.port,
    httpsPort: settings.httpsPort,
    isHttpsNeeded: settings.isHttpsPortChosen,
    publicHttpsPort: settings.publicUrl === null ? null : httpsPortOf(settings.publicUrl),
    controlSocket: resolve(env.AGENTPOD_GATEWAY_SOCKET || join(home.sockets, "gateway.sock")),
    innerSocket: resolve(env.AGENTPOD_GATEWAY_INNER || join(home.sockets, "gateway-inner.sock")),
    stateDir: resolve(env.AGENTPOD_GATEWAY_STATE || home.gateway),
    serverSocket: resolve(env.AGENTPOD_SERVER_SOCKET || join(home.sockets, "server.sock")),
    dashboardSocket: env.AGENTPOD_DASHBOARD_SOCKET ? resolve(env.AGENTPOD_DASHBOARD_SOCKET) : null,
    baseDomains: settings.baseDomains,
    frontHosts: settings.publicUrl === null ? [] : [urlHost(settings.publicUrl)],
    trustedProxies: settings.trustedProxies.length === 0 ? null : networksOf(settings.trustedProxies),
  };
}

function httpsPortOf(url: string): number | null {
  const { protocol, port } = new URL(url);
  return protocol === "https:" ? Number(port || 443) : null;
}

function urlHost(url: string): string {
  const host = normalizeHost(new URL(url).host);
  if (host === null) throw new AppError("invalid", `AGENTPOD_URL must be an address such as https://agentpod.example.com, not "${url}".`);
  return host;
}

function networksOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...more] = entry.split("/");
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    if (family === 0 || more.length > 0 || !/^\d{1,3}$/.test(bits ?? "0") || prefix > most)
      throw new AppError("invalid", `AGENTPOD_TRUSTED_PROXIES must be networks such as 10.0.0.0/8, parted by commas; "${entry}" is none.`);
    list.addSubnet(address, prefix, family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
