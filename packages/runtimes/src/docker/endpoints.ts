import type { Address } from "@agentpod/core/runtime";
import type { ContainerSummary } from "./container-summary.ts";
import { label } from "./names.ts";

export interface PortPair {
  container: number;
  host: number;
}

/** Ports of a unit by name, as its container's labels tell. */
export function labelledPorts(labels: Record<string, string>): Record<string, PortPair> {
  const pairs = JSON.parse(labels[label.ports] ?? "{}") as Record<string, [number, number]>;
  return Object.fromEntries(Object.entries(pairs).map(([name, [container, host]]) => [name, { container, host }]));
}

/** A container's address on its pod's network; null while it does not run. */
export function containerAddress(summary: ContainerSummary): string | null {
  const address = summary.NetworkSettings?.Networks?.[summary.Labels[label.network] ?? ""]?.IPAddress;
  return address ? address : null;
}

/**
 * Where the ports of a running unit are reached: published on loopback, or at its own address where nothing can be
 * published (an internal network, a control plane that runs in a container itself). None on another host.
 */
export function endpointsOf(summary: ContainerSummary, reach: { publish: boolean; local: boolean }): Record<string, Address> {
  if (summary.State !== "running" || !reach.local) return {};
  const own = containerAddress(summary);
  const open = reach.publish && summary.Labels[label.egress] === "open";
  // One that was taken over publishes what it did before, or nothing: its own address holds as long as it has one.
  const published = open && (summary.adoption === undefined || own === null);
  const entries = Object.entries(labelledPorts(summary.Labels)).flatMap(([name, port]): [string, Address][] => {
    if (published && port.host !== 0) return [[name, { kind: "tcp", host: "127.0.0.1", port: port.host }]];
    return own === null ? [] : [[name, { kind: "tcp", host: own, port: port.container }]];
  });
  return Object.fromEntries(entries);
}
