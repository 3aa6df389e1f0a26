import { BlockList, isIP } from "node:net";

/** IPv4 networks that are no public host: IANA's special-purpose registry, multicast, and what clouds answer metadata at. */
const refusedV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  // Carrier-grade NAT, where Alibaba Cloud's metadata lies too.
  "100.64.0.0/10",
  "127.0.0.0/8",
  // Link-local: the metadata address of most clouds.
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  // Azure's platform address.
  "168.63.129.16/32",
];

/** Within global unicast (2000::/3), which alone is public: what is documentation, or carries an IPv4 address inside. */
const refusedV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];
const publicV6 = ["2000::/3"];

/**
 * Whether the server may connect to an address that a user named: public ones alone, and those that the installation
 * allows. Anything that is no plain address is refused; so are forms that hide an IPv4 address (mapped, NAT64, 6to4, Teredo).
 */
export function addressRules(allow: readonly string[]): (address: string) => boolean {
  const refused = blockList([...refusedV4, ...refusedV6]);
  const global = blockList(publicV6);
  const allowed = blockList(allow);
  return (address) => {
    const family = isIP(address);
    if (family === 0 || address.includes("%")) return false;
    const kind = family === 4 ? "ipv4" : "ipv6";
    // A mapped address would be looked up among the IPv4 networks: it is to be allowed in its plain form alone.
    if (!isMapped(address) && allowed.check(address, kind)) return true;
    return family === 4 ? !refused.check(address, kind) : global.check(address, kind) && !refused.check(address, kind);
  };
}

/** `::ffff:0:0/96`, however it is written. */
function isMapped(address: string): boolean {
  if (isIP(address) !== 6) return false;
  return new URL(`http://[${address}]/`).hostname.startsWith("[::ffff:");
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    list.addSubnet(address, bits === undefined ? (family === "ipv6" ? 128 : 32) : Number(bits), family);
  }
  return list;
}
