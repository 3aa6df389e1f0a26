import { X509Certificate } from "node:crypto";
import { BlockList, isIP } from "node:net";

/** Names that no public authority signs for; see `isLocalHost` in core. */
export const localDomains = [
  "localhost",
  "local",
  "lan",
  "internal",
  "intranet",
  "private",
  "corp",
  "home.arpa",
  "test",
  "invalid",
  "example",
];

/** Loopback, private, shared, link-local. */
export const localNetworks = [
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** Whether constraints of these domains and networks admit a name or address. */
export function isPermitted(name: string, domains: readonly string[], networks: readonly string[]): boolean {
  const family = isIP(name);
  if (family === 0) {
    const host = name.replace(/^\*\./, "");
    return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  }
  const permitted = new BlockList();
  for (const network of networks) {
    const [base = "", bits = ""] = network.split("/");
    permitted.addSubnet(base, Number(bits), isIP(base) === 6 ? "ipv6" : "ipv4");
  }
  return permitted.check(name, family === 6 ? "ipv6" : "ipv4");
}

/** Those of these names that a local authority (PEM) may sign, without the libraries that signing needs. */
export function signableNames(certificate: string, names: readonly string[]): string[] {
  const machine = /^OU=(.+)$/m.exec(new X509Certificate(certificate).subject)?.[1];
  const domains = machine === undefined ? localDomains : [...localDomains, machine];
  return names.filter((name) => isPermitted(name, domains, localNetworks));
}
