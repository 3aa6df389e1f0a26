import { BlockList, isIP } from "node:net";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import { withoutZone } from "./address-key.ts";

type Addresses = NonNullable<RoutePolicies["addresses"]>;

/** Whether a client may come in. IPv4 in IPv6 counts as IPv4, in rules and in clients. */
export type AddressRule = (client: string) => boolean;

/** Null: the policy turns nobody away. */
export function addressRule({ allow, deny }: Addresses): AddressRule | null {
  if (allow.length === 0 && deny.length === 0) return null;
  const denied = networksOf(deny);
  const allowed = allow.length === 0 ? null : networksOf(allow);
  return (client) => {
    const address = withoutZone(client);
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (denied.check(address, family)) return false;
    return allowed === null || allowed.check(address, family);
  };
}

function networksOf(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return list;
}
