import { BlockList, isIP } from "node:net";
import { AsnConvert } from "@peculiar/asn1-schema";
import { GeneralName, GeneralSubtree, GeneralSubtrees, id_ce_nameConstraints, NameConstraints } from "@peculiar/asn1-x509";
import * as x509 from "@peculiar/x509";

/** Names that no public authority signs for; see `isLocalHost` in core. */
const domains = ["localhost", "local", "lan", "internal", "intranet", "private", "corp", "home.arpa", "test", "invalid", "example"];
/** Loopback, private, shared, link-local. */
const networks = [
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

/** Limits an authority to local names, private addresses and one machine's name. */
export function localNamesOnly(machine: string): x509.Extension {
  const names = [...domains, machine].map((dNSName) => new GeneralName({ dNSName }));
  const addresses = networks.map((iPAddress) => new GeneralName({ iPAddress }));
  const permittedSubtrees = new GeneralSubtrees([...names, ...addresses].map((base) => new GeneralSubtree({ base })));
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(new NameConstraints({ permittedSubtrees })));
}

/** Whether an authority's (PEM) own constraints admit a name or address: it was made for one machine name, which may have changed since. */
export function maySign(certificate: string, name: string): boolean {
  const extension = new x509.X509Certificate(certificate).getExtension(id_ce_nameConstraints);
  if (!extension) return true;
  const bases = AsnConvert.parse(extension.value, NameConstraints).permittedSubtrees?.map(({ base }) => base) ?? [];
  const family = isIP(name);
  if (family === 0) {
    const host = name.replace(/^\*\./, "");
    return bases.some(({ dNSName }) => dNSName !== undefined && (host === dNSName || host.endsWith(`.${dNSName}`)));
  }
  const permitted = new BlockList();
  for (const { iPAddress } of bases) {
    const [network = "", bits = ""] = iPAddress?.split("/") ?? [];
    if (network !== "") permitted.addSubnet(network, Number(bits), isIP(network) === 6 ? "ipv6" : "ipv4");
  }
  return permitted.check(name, family === 6 ? "ipv6" : "ipv4");
}
