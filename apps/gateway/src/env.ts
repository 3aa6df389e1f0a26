import { BlockList, isIP } from "node:net";
import { join, resolve } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { homeAt } from "@agentpod/host/home";
import { normalizeHost } from "./routing/host-name.ts";

/** What the gateway process is told at its start; everything else comes with the route table. */
export interface GatewaySettings {
  /** Address of the front door and of the routes' own ports. */
  host: string;
  /** 0: any free port (tests). */
  port: number;
  controlSocket: string;
  /** Last table, identity file and access log. */
  stateDir: string;
  /** Unix socket of the API server. */
  serverSocket: string;
  /** Unix socket of the dashboard; null: the server answers its paths too. */
  dashboardSocket: string | null;
  /** Lower case; hosts below it belong to pods. */
  baseDomain: string | null;
  /** Hosts that are AgentPod's own even below the base domain. */
  frontHosts: string[];
  /** Peers whose forwarded headers count. */
  trustedProxies: BlockList | null;
}

type Environment = Record<string, string | undefined>;

/** Reads the environment; throws `invalid` with a sentence that names the variable. */
export function gatewaySettings(env: Environment): GatewaySettings {
  const home = homeAt(env.AGENTPOD_HOME);
  const baseDomain = env.AGENTPOD_BASE_DOMAIN ? hostOf("AGENTPOD_BASE_DOMAIN", env.AGENTPOD_BASE_DOMAIN) : null;
  return {
    host: env.AGENTPOD_HOST || "0.0.0.0",
    port: portOf("AGENTPOD_PORT", env.AGENTPOD_PORT || "3000"),
    controlSocket: resolve(env.AGENTPOD_GATEWAY_SOCKET || join(home.sockets, "gateway.sock")),
    stateDir: resolve(env.AGENTPOD_GATEWAY_STATE || home.gateway),
    serverSocket: resolve(env.AGENTPOD_SERVER_SOCKET || join(home.sockets, "server.sock")),
    dashboardSocket: env.AGENTPOD_DASHBOARD_SOCKET ? resolve(env.AGENTPOD_DASHBOARD_SOCKET) : null,
    baseDomain,
    frontHosts: env.AGENTPOD_URL ? [urlHost(env.AGENTPOD_URL)] : [],
    trustedProxies: env.AGENTPOD_TRUSTED_PROXIES ? networksOf(env.AGENTPOD_TRUSTED_PROXIES) : null,
  };
}

function portOf(name: string, value: string): number {
  const port = Number(value);
  if (!/^\d{1,5}$/.test(value) || port > 65_535) throw new AppError("invalid", `${name} must be a port from 0 to 65535, not "${value}".`);
  return port;
}

function hostOf(name: string, value: string): string {
  const host = normalizeHost(value);
  if (host === null || value.includes(":"))
    throw new AppError("invalid", `${name} must be a host name such as pods.example.com, not "${value}".`);
  return host;
}

function urlHost(value: string): string {
  const host = URL.canParse(value) ? normalizeHost(new URL(value).host) : null;
  if (host === null) throw new AppError("invalid", `AGENTPOD_URL must be a URL such as https://agentpod.example.com, not "${value}".`);
  return host;
}

function networksOf(value: string): BlockList {
  const list = new BlockList();
  for (const entry of value.split(",").map((part) => part.trim())) {
    if (entry === "") continue;
    const [address = "", bits] = entry.split("/");
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const prefix = bits === undefined ? most : Number(bits);
    if (family === 0 || !/^\d{1,3}$/.test(bits ?? "0") || prefix > most)
      throw new AppError("invalid", `AGENTPOD_TRUSTED_PROXIES must be networks such as 10.0.0.0/8, parted by commas; "${entry}" is none.`);
    list.addSubnet(address, prefix, family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
