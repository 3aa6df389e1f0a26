import { networkInterfaces } from "node:os";
import { addressRules } from "../outbound/address-rules.ts";

/** Public addresses of this machine's own interfaces; empty behind NAT. */
export function ownAddresses(): string[] {
  const isPublic = addressRules([]);
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address)
    .filter(isPublic);
}
