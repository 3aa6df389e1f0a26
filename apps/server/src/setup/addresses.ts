import { networkInterfaces } from "node:os";
import type { RouteRow } from "@agentpod/core/store";
import type { Settings } from "@agentpod/host/settings";

/** AgentPod's own public address: as set, else this machine's on the port. */
export function publicUrlOf(settings: Settings): string {
  return settings.publicUrl ?? `http://localhost:${settings.port}`;
}

/**
 * URLs of a pod, the preferred one first: its hosts below the public address' scheme and port, then, where no base
 * domain is set, host and port of this machine, which work from another machine without any name.
 */
export function addressesOf(settings: Settings, routes: readonly RouteRow[]): string[] {
  const front = new URL(publicUrlOf(settings));
  const port = front.port === "" ? "" : `:${front.port}`;
  const named = routes.flatMap((route) =>
    route.hosts.map((host) =>
      isLocal(host) ? `http://${host}:${settings.port}${route.path}` : `${front.protocol}//${host}${port}${route.path}`,
    ),
  );
  const machine = front.hostname === "localhost" ? lanAddress() : front.hostname;
  const numbered = routes.flatMap((route) =>
    route.publicPort === null || !machine ? [] : [`http://${machine}:${route.publicPort}${route.path}`],
  );
  return [...new Set([...named, ...numbered])].map((url) => url.replace(/\/$/, ""));
}

const isLocal = (host: string): boolean => host.endsWith(".localhost");

/** The first address at which others in the network can reach this machine; null where there is none. */
function lanAddress(): string | null {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list]) => (isVirtual(name) ? [] : (list ?? [])));
  return all.find((address) => address.family === "IPv4" && !address.internal)?.address ?? null;
}

/** Bridges of container engines are not the way to this machine. */
function isVirtual(name: string): boolean {
  return /^(docker|br-|veth|virbr|cni|podman|ap-|agentpod)/.test(name);
}

/** Hosts under which AgentPod itself is reached. */
export function reservedHosts(settings: Settings): string[] {
  return [...new Set(["localhost", new URL(publicUrlOf(settings)).hostname])];
}
