import type { Runtime } from "@agentpod/core/runtime";
import type { ServerFacts } from "@agentpod/core/snapshot";
import { isRoot } from "@agentpod/host/home";
import type { Settings } from "@agentpod/host/settings";
import { addressesOf, publicUrlOf } from "./addresses.ts";
import { llmUrlOf } from "./llm-url.ts";

/** Addresses of a pod network: 30 hosts, so that 20 units with old and new side by side fit. */
const prefix = 27;

/** What the planner is told of this server, but for what is in use now. */
export function serverFacts(runtime: Runtime, settings: Settings, paths: ServerFacts["paths"]): Omit<ServerFacts, "taken"> {
  const networks = runtime.kind === "docker";
  const { count } = subnetPool(settings.subnets);
  return {
    name: "local",
    can: runtime.can,
    addressing: runtime.kind === "process" ? "loopback" : "names",
    ranges: {
      port: settings.ports,
      publicPort: settings.publicPorts,
      subnet: networks ? { from: 0, to: count - 1 } : null,
      uid: runtime.kind === "process" && isRoot() ? settings.uids : null,
    },
    subnetOf: (index) => subnetOfIndex(settings, index),
    paths: runtime.kind === "process" ? paths : null,
    environment: outbound(runtime, settings),
    joinsNetworks: networks && settings.attach !== null,
    llmUrlOf: (subnet) => llmUrlOf(settings, runtime.kind, subnet),
    urlOf: (facts) => addressesOf(settings, facts.routes)[0] ?? publicUrlOf(settings),
  };
}

/** The network of pods by its index. */
export function subnetOfIndex({ subnets }: Pick<Settings, "subnets">, index: number): string {
  return `${dotted(subnetPool(subnets).base + index * 2 ** (32 - prefix))}/${prefix}`;
}

function subnetPool(cidr: string): { base: number; count: number } {
  const [address = "", bits = "16"] = cidr.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { base, count: 2 ** (prefix - Number(bits)) };
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** How pods and builds get out of here: many programs read only one of the two spellings. */
function outbound(runtime: Runtime, { proxy, noProxy, extraCa }: Settings): Record<string, string> {
  const none = ["localhost", "127.0.0.1", ...(noProxy ? [noProxy] : [])].join(",");
  const ways = proxy ? { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: none } : {};
  const both = Object.entries(ways).flatMap(([name, value]) => [
    [name, value],
    [name.toLowerCase(), value],
  ]);
  // Containers get the file itself from the driver.
  const ca = extraCa && runtime.kind === "process" ? { NODE_EXTRA_CA_CERTS: extraCa } : {};
  return { ...Object.fromEntries(both), ...ca };
}
