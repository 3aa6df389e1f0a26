import type { ServerFacts } from "./snapshot.ts";

/**
 * From where the units of a pod see AgentPod (its gateway, its probes) come, for `{{ pod.proxy }}`: an exact address; the
 * pod's own network where AgentPod's containers join it, for they are given any address there.
 */
export function proxyAddress(
  { addressing, joinsNetworks }: Pick<ServerFacts, "addressing" | "joinsNetworks">,
  subnet: string | null,
): string {
  if (addressing === "loopback" || subnet === null) return "127.0.0.1";
  return joinsNetworks ? subnet : firstHost(subnet);
}

/** Engines give a bridge the first address of its network. */
function firstHost(subnet: string): string {
  const [network = ""] = subnet.split("/");
  const parts = network.split(".").map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join(".");
}
