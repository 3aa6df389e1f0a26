import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import { isLocalHost } from "@agentpod/core/host-name";
import type { RouteRow } from "@agentpod/core/store";
import type { Settings } from "@agentpod/host/settings";

/** AgentPod's own public address: as set, else this machine's on the port. */
export function publicUrlOf(settings: Settings): string {
  return settings.publicUrl ?? `http://localhost:${settings.port}`;
}

/** Where the front door answers on this machine itself, whatever name, proxy or DNS leads to it from outside. */
export function localUrlOf({ listen, port }: Pick<Settings, "listen" | "port">): string {
  if (["0.0.0.0", "::", "127.0.0.1", "::1"].includes(listen)) return `http://localhost:${port}`;
  return `http://${isIP(listen) === 6 ? `[${listen}]` : listen}:${port}`;
}

/**
 * URLs of a pod, the preferred one first: its hosts below the public address' scheme and port, then, where no base
 * domain is set, host and port of this machine, which work from another machine without any name. Hosts that a public
 * authority signs for are listed under HTTPS too, after plain HTTP, which leads there once the certificate is in force.
 */
export function addressesOf(settings: Settings, routes: readonly RouteRow[]): string[] {
  const front = new URL(publicUrlOf(settings));
  const named = routes.flatMap((route) =>
    route.hosts
      .filter((host) => !host.startsWith("*."))
      .flatMap((host) => originsOf(host, front, settings).map((origin) => origin + route.path)),
  );
  const machine = front.hostname === "localhost" ? lanAddress() : front.hostname;
  const numbered = routes.flatMap((route) =>
    route.publicPort === null || !machine ? [] : [`http://${machine}:${route.publicPort}${route.path}`],
  );
  return [...new Set([...named, ...numbered])].map((url) => url.replace(/\/$/, ""));
}

function originsOf(host: string, front: URL, { port, httpsPort, acme }: Settings): string[] {
  if (host.endsWith(".localhost")) return [`http://${host}${port === 80 ? "" : `:${port}`}`];
  const plain = `${front.protocol}//${host}${front.port === "" ? "" : `:${front.port}`}`;
  const isSigned = httpsPort !== null && acme.directory !== null && !isLocalHost(host);
  if (front.protocol === "https:" || !isSigned) return [plain];
  return [plain, `https://${host}${httpsPort === 443 ? "" : `:${httpsPort}`}`];
}

/** Kept for a moment: a list of pods asks for every one of them, and the system's answer costs more than all the rest. */
let lan: { address: string | null; until: number } | null = null;
function lanAddress(): string | null {
  const now = performance.now();
  if (lan === null || lan.until < now) lan = { address: readLanAddress(), until: now + 5000 };
  return lan.address;
}

/** The first address at which others in the network can reach this machine; null where there is none. */
function readLanAddress(): string | null {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list]) => (isVirtual(name) ? [] : (list ?? [])));
  return all.find((address) => address.family === "IPv4" && !address.internal)?.address ?? null;
}

/** Bridges of container engines are not the way to this machine. */
export function isVirtual(name: string): boolean {
  return /^(docker|br-|veth|virbr|cni|podman|ap-|agentpod)/.test(name);
}

/** Hosts under which AgentPod itself is reached. */
export function reservedHosts(settings: Settings): string[] {
  return [...new Set(["localhost", new URL(publicUrlOf(settings)).hostname])];
}
