import { hostname, networkInterfaces } from "node:os";
import { isVirtual } from "./addresses.ts";

/** This machine's name and its addresses in its networks, those of container engines' bridges left out. */
export function machineNames(): { name: string; addresses: string[] } {
  const found = Object.entries(networkInterfaces()).flatMap(([name, list]) => (isVirtual(name) ? [] : (list ?? [])));
  const addresses = found.filter(({ internal, address }) => !internal && !/^fe80:/i.test(address)).map(({ address }) => address);
  return { name: hostname(), addresses: [...new Set(addresses)].sort() };
}
