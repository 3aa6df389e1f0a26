import { BlockList, isIP } from "node:net";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import { withoutZone } from "./address-key.ts";

type Addresses = NonNullable<RoutePolicies["addresses"]>;

interface Network {
  address: string;
  bits: number;
  family: "ipv4" | "ipv6";
}

/** Whether a client may come in. IPv4 in IPv6 counts as IPv4, in rules and in clients. */
export type AddressRule = (client: string) => boolean;

/** Null: the policy turns nobody away. Throws for what is no network. */
export function addressRule({ allow, deny }: Addresses): AddressRule | null {
  if (allow.length === 0 && deny.length === 0) return null;
  const isDenied = listOf(deny.map(readNetwork));
  const isAllowed = listOf(allow.map(readNetwork));
  return (client) => {
    const address = withoutZone(client);
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    return !isDenied(address, family) && (allow.length === 0 || isAllowed(address, family));
  };
}

/** Made at the first look: a table of thousands of routes is switched to at once. */
function listOf(networks: readonly Network[]): (address: string, family: Network["family"]) => boolean {
  let list: BlockList | null = null;
  return (address, family) => {
    if (networks.length === 0) return false;
    if (list === null) {
      list = new BlockList();
      for (const network of networks) list.addSubnet(network.address, network.bits, network.family);
    }
    return list.check(address, family);
  };
}

function readNetwork(text: string): Network {
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const bits = prefix === undefined ? most : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (family === 0 || more.length > 0 || !(bits <= most)) throw new Error("an address or network is none");
  return { address, bits, family: family === 6 ? "ipv6" : "ipv4" };
}
