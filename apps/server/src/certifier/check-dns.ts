import { caaNames, isIssuerAllowed } from "@agentpod/core/caa";
import type { AcmeChallenge } from "@agentpod/core/certificate";
import type { DnsReader } from "@agentpod/core/dns";
import { AppError } from "@agentpod/core/errors";

/**
 * Whether an authority could believe that a host is ours, as far as the DNS shows: asked before the authority is, which counts
 * what fails. Throws `invalid` with the record to set; `unavailable` where the DNS does not answer.
 */
export async function checkDns(
  reader: DnsReader,
  host: string,
  challenges: readonly AcmeChallenge[],
  identities: readonly string[],
): Promise<void> {
  if (!challenges.includes("dns-01") && (await reader.addresses(host)).length === 0)
    throw new AppError("invalid", `${host} has no address: publish an A or AAAA record, or a CNAME, that leads to this installation.`);
  if (identities.length === 0) return;
  for (const name of caaNames(host)) {
    const records = await reader.caa(name);
    if (records.length === 0) continue;
    if (isIssuerAllowed(records, host, identities)) return;
    const tag = host.startsWith("*.") ? "issuewild" : "issue";
    throw new AppError("invalid", `The CAA records of ${name} forbid it: add the record ${name} CAA 0 ${tag} "${identities[0]}".`);
  }
}
