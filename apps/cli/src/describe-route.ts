import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import { printable } from "./format-values.ts";
import { plainTable } from "./render-table.ts";

/** A route in words: where it goes, its hosts with what HTTPS serves for them, and what the gateway does on the way. */
export function describeRoute(route: PodRouteView): string {
  const { index, path, unit, port, state, message, hosts, publicPort, split, wake } = route;
  const lines = [`Route ${index}: ${path} → ${unit}:${port}, ${state}${message === "" ? "" : `: ${message}`}`];
  const rows = hosts.map((host) => [
    `  ${host.unicode}`,
    host.certificate === null ? "none" : `${host.certificate.source}, ${host.certificate.state}`,
    host.urls.join(" "),
  ]);
  if (rows.length > 0) lines.push(plainTable({ head: ["  HOST", "CERTIFICATE", "URL"], rows }));
  if (publicPort !== null) lines.push(`  Port of its own: ${publicPort}`);
  if (split !== null) lines.push(`  ${split.percent} % of the requests go to pod ${split.pod}.`);
  if (wake) lines.push("  A request starts the pod although it was stopped.");
  const policies = Object.entries(route.policies ?? {}).filter(([, value]) => value !== false && value !== 0 && value !== "auto");
  for (const [policy, value] of policies) lines.push(`  ${policy}: ${JSON.stringify(value)}`);
  return printable(lines.join("\n"));
}
