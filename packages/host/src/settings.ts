import { isIP } from "node:net";
import { AppError, type Issue } from "@agentpod/core/errors";
import { asciiHost } from "@agentpod/core/host-name";
import type { Range } from "@agentpod/core/snapshot";

/** What the environment says of a run; the README has the table. */
export interface Settings {
  home: string | undefined;
  listen: string;
  port: number;
  /** HTTPS of the front door; null: none. */
  httpsPort: number | null;
  /** Whether `httpsPort` was asked for: one that was not may be missing where the port is taken. */
  isHttpsPortChosen: boolean;
  runtime: "auto" | "docker" | "process" | "memory";
  /** Whether the dashboard is built and served. */
  hasDashboard: boolean;
  /** Null: embedded PostgreSQL. */
  databaseUrl: string | null;
  /** Null: made from the port. */
  publicUrl: string | null;
  /** Where pods reach the front door, for the LLM proxy; null: made from the runtime and the port. */
  callbackUrl: string | null;
  /** Domains below which pods get host names, the preferred one first; `localhost` is always among them. */
  baseDomains: string[];
  acme: AcmeSettings;
  /** DNS servers, `address` or `address:port`, for looks at domains; empty: the system's. */
  dnsServers: string[];
  /** Addresses and CIDRs that the server may connect to on a user's word though they are not public. */
  outboundAllow: string[];
  /** CIDRs whose forwarded headers count. */
  trustedProxies: string[];
  /** PEM file of certificate authorities that pods and builds are to trust too. */
  extraCa: string | null;
  /** Outbound proxy, handed to pods and builds. */
  proxy: string | null;
  noProxy: string | null;
  registryMirrors: string[];
  /** A file as `docker login` writes it. */
  registryCredentials: string | null;
  /** Value of the label `agentpod.attach` on AgentPod's own containers, where it runs in some; null: it runs on the engine's machine. */
  attach: string | null;
  /** Image with `iptables-restore`, for the firewall of pods where AgentPod is not root on the engine's machine. */
  firewallImage: string | null;
  /** The resolv.conf of the engine's machine; null: this machine's. */
  resolvConf: string | null;
  /** Loopback ports of units. */
  ports: Range;
  /** Ports of routes on all interfaces; null: none. */
  publicPorts: Range | null;
  /** Private addresses for pod networks. */
  subnets: string;
  /** Unix user ids of process pods when root. */
  uids: Range;
  /** How long a preview stays where nothing is said. */
  previewTtlSeconds: number;
}

export interface AcmeSettings {
  /** Directory URL of the authority; null: no certificate is asked for. */
  directory: string | null;
  /** Contact for the account; null: none. */
  email: string | null;
  /** PEM file of an authority that signs the directory's own certificate. */
  ca: string | null;
  /** External account binding, where the authority wants one. */
  eab: { kid: string; hmacKey: string } | null;
}

const letsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";

type Env = Record<string, string | undefined>;

/** Reads the settings; all that is wrong is told at once, as `invalid`. */
export function parseSettings(env: Env): Settings {
  const issues: Issue[] = [];
  const wrong = (path: string, expected: string): void => void issues.push({ path, expected });
  const text = (name: string): string | null => (env[name]?.trim() ? (env[name] as string).trim() : null);
  const list = (name: string): string[] =>
    (text(name) ?? "")
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  const range = (name: string, standard: Range, most: number): Range => {
    const value = text(name);
    if (value === null) return standard;
    const match = /^(\d+)-(\d+)$/.exec(value);
    const found = match ? { from: Number(match[1]), to: Number(match[2]) } : null;
    if (found && found.from >= 1 && found.from <= found.to && found.to <= most) return found;
    wrong(name, `two numbers such as ${standard.from}-${standard.to}`);
    return standard;
  };
  const url = (name: string, protocols: string[]): string | null => {
    const value = text(name);
    if (value === null) return null;
    if (URL.canParse(value) && protocols.includes(new URL(value).protocol)) return value.replace(/\/$/, "");
    wrong(name, `an address beginning with ${protocols.map((p) => `${p}//`).join(" or ")}`);
    return null;
  };
  const port = Number(text("AGENTPOD_PORT") ?? "3000");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) wrong("AGENTPOD_PORT", "a port between 1 and 65535");
  const askedHttps = text("AGENTPOD_HTTPS_PORT");
  const httpsPort = askedHttps === "none" ? null : askedHttps === null ? standardHttpsPort(port) : Number(askedHttps);
  if (httpsPort !== null && (!Number.isInteger(httpsPort) || httpsPort < 1 || httpsPort > 65_535 || httpsPort === port))
    wrong("AGENTPOD_HTTPS_PORT", "a port between 1 and 65535 other than AGENTPOD_PORT, or none");
  const eabKid = text("AGENTPOD_ACME_EAB_KID");
  const eabHmacKey = text("AGENTPOD_ACME_EAB_HMAC_KEY");
  if ((eabKid === null) !== (eabHmacKey === null))
    wrong(
      eabKid === null ? "AGENTPOD_ACME_EAB_KID" : "AGENTPOD_ACME_EAB_HMAC_KEY",
      "both of AGENTPOD_ACME_EAB_KID and AGENTPOD_ACME_EAB_HMAC_KEY",
    );
  const dnsServers = list("AGENTPOD_DNS_SERVERS");
  if (dnsServers.some((server) => !isDnsServer(server))) wrong("AGENTPOD_DNS_SERVERS", "addresses such as 1.1.1.1 or 127.0.0.1:5353");
  const outboundAllow = list("AGENTPOD_OUTBOUND_ALLOW");
  if (!outboundAllow.every(isNetwork)) wrong("AGENTPOD_OUTBOUND_ALLOW", "addresses or networks such as 10.1.2.3 or 192.168.0.0/16");
  const runtime = text("AGENTPOD_RUNTIME") ?? "auto";
  if (!isRuntime(runtime)) wrong("AGENTPOD_RUNTIME", "auto, docker, process or memory");
  const listen = text("AGENTPOD_LISTEN") ?? "0.0.0.0";
  if (isIP(listen) === 0) wrong("AGENTPOD_LISTEN", "an IP address such as 0.0.0.0");
  const given = list("AGENTPOD_BASE_DOMAIN");
  const domains = given.map((domain) => asciiHost(domain)).filter((domain) => domain !== null);
  if (domains.length < given.length) wrong("AGENTPOD_BASE_DOMAIN", "domain names such as pods.example.com");
  const subnets = text("AGENTPOD_SUBNETS") ?? "10.213.0.0/16";
  if (!/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/.test(subnets) || Number(subnets.split("/")[1]) > 24)
    wrong("AGENTPOD_SUBNETS", "an IPv4 network of at least /24, such as 10.213.0.0/16");
  const dashboard = text("AGENTPOD_DASHBOARD") ?? "on";
  if (!["on", "none"].includes(dashboard)) wrong("AGENTPOD_DASHBOARD", "on or none");
  const previewDays = Number(text("AGENTPOD_PREVIEW_DAYS") ?? "3");
  if (!Number.isInteger(previewDays) || previewDays < 1 || previewDays > 90) wrong("AGENTPOD_PREVIEW_DAYS", "whole days between 1 and 90");
  const settings: Settings = {
    home: text("AGENTPOD_HOME") ?? undefined,
    listen,
    port,
    httpsPort,
    isHttpsPortChosen: askedHttps !== null,
    runtime: isRuntime(runtime) ? runtime : "auto",
    hasDashboard: dashboard === "on",
    databaseUrl: url("DATABASE_URL", ["postgres:", "postgresql:"]),
    publicUrl: url("AGENTPOD_URL", ["http:", "https:"]),
    callbackUrl: url("AGENTPOD_CALLBACK_URL", ["http:", "https:"]),
    baseDomains: [...new Set([...domains, "localhost"])],
    acme: {
      directory: text("AGENTPOD_ACME_DIRECTORY") === "none" ? null : (url("AGENTPOD_ACME_DIRECTORY", ["https:"]) ?? letsEncrypt),
      email: text("AGENTPOD_ACME_EMAIL"),
      ca: text("AGENTPOD_ACME_CA"),
      eab: eabKid !== null && eabHmacKey !== null ? { kid: eabKid, hmacKey: eabHmacKey } : null,
    },
    dnsServers,
    outboundAllow,
    trustedProxies: list("AGENTPOD_TRUSTED_PROXIES"),
    extraCa: text("AGENTPOD_EXTRA_CA"),
    proxy: url("AGENTPOD_PROXY", ["http:", "https:"]),
    noProxy: text("AGENTPOD_NO_PROXY"),
    registryMirrors: list("AGENTPOD_REGISTRY_MIRRORS"),
    registryCredentials: text("AGENTPOD_REGISTRY_CREDENTIALS"),
    attach: text("AGENTPOD_ATTACH"),
    firewallImage: text("AGENTPOD_FIREWALL_IMAGE"),
    resolvConf: text("AGENTPOD_RESOLV_CONF"),
    ports: range("AGENTPOD_PORTS", { from: 20_000, to: 29_999 }, 65_535),
    publicPorts: text("AGENTPOD_PUBLIC_PORTS") === "none" ? null : range("AGENTPOD_PUBLIC_PORTS", { from: 31_000, to: 31_999 }, 65_535),
    subnets,
    // Above what distributions, containers and systemd hand out.
    uids: range("AGENTPOD_UIDS", { from: 1_900_000_000, to: 1_900_009_999 }, 2_147_483_646),
    previewTtlSeconds: previewDays * 86_400,
  };
  if (issues.length > 0)
    throw new AppError("invalid", issues.map((issue) => `${issue.path}: expected ${issue.expected}`).join("; "), { issues });
  return settings;
}

function isRuntime(value: string): value is Settings["runtime"] {
  return ["auto", "docker", "process", "memory"].includes(value);
}

/** 443 beside 80; beside any other port the same distance, so that installations on one machine do not meet. */
const standardHttpsPort = (port: number): number | null => (port === 80 ? 443 : port + 443 <= 65_535 ? port + 443 : null);

function isDnsServer(text: string): boolean {
  const [, address = text, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  return isIP(address.replace(/^\[|\]$/g, "")) !== 0 && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}
