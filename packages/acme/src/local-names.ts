import { AsnConvert } from "@peculiar/asn1-schema";
import { GeneralName, GeneralSubtree, GeneralSubtrees, id_ce_nameConstraints, NameConstraints } from "@peculiar/asn1-x509";
import * as x509 from "@peculiar/x509";
import { isPermitted, localDomains, localNetworks } from "./permitted-names.ts";

/** Limits an authority to local names, private addresses and one machine's name. */
export function localNamesOnly(machine: string): x509.Extension {
  const names = [...localDomains, machine].map((dNSName) => new GeneralName({ dNSName }));
  const addresses = localNetworks.map((iPAddress) => new GeneralName({ iPAddress }));
  const permittedSubtrees = new GeneralSubtrees([...names, ...addresses].map((base) => new GeneralSubtree({ base })));
  return new x509.Extension(id_ce_nameConstraints, true, AsnConvert.serialize(new NameConstraints({ permittedSubtrees })));
}

interface Constraints {
  domains: string[];
  networks: string[];
}

/** Reading one takes ten milliseconds, and it is asked of every name of every certificate. */
let read: { certificate: string; constraints: Constraints | null } | null = null;

/** Whether an authority's (PEM) own constraints admit a name or address: it was made for one machine name, which may have changed since. */
export function maySign(certificate: string, name: string): boolean {
  if (read?.certificate !== certificate) read = { certificate, constraints: constraintsOf(certificate) };
  return read.constraints === null || isPermitted(name, read.constraints.domains, read.constraints.networks);
}

/** Null where it has none. */
function constraintsOf(certificate: string): Constraints | null {
  const extension = new x509.X509Certificate(certificate).getExtension(id_ce_nameConstraints);
  if (!extension) return null;
  const bases = AsnConvert.parse(extension.value, NameConstraints).permittedSubtrees?.map(({ base }) => base) ?? [];
  const given = (values: (string | undefined)[]): string[] => values.filter((value) => value !== undefined);
  return { domains: given(bases.map(({ dNSName }) => dNSName)), networks: given(bases.map(({ iPAddress }) => iPAddress)) };
}
