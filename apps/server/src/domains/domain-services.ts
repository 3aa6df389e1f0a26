import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { DnsProviderKind } from "@agentpod/core/certificate";
import type { DnsWriter } from "@agentpod/core/dns";
import { isCoveredByDomain } from "@agentpod/core/domain";
import type { Database } from "@agentpod/core/store";
import { dnsReader, type ZoneReader } from "@agentpod/dns/dns-reader";
import { dnsWriter } from "@agentpod/dns/dns-writer";
import type { Settings } from "@agentpod/host/settings";
import type { AppDeps } from "../app-deps.ts";
import { addressRules } from "../outbound/address-rules.ts";
import { type OutboundGuard, outboundGuard } from "../outbound/outbound-guard.ts";
import { addressAdvice } from "./address-advice.ts";
import { checkDomain, type DomainFinding, type DomainLooks } from "./check-domain.ts";
import { ownAddresses } from "./own-addresses.ts";

/** Everything that looks at domains or writes to DNS services, made from the settings. */
export interface DomainServices extends Pick<AppDeps, "addressAdvice" | "testDnsProvider"> {
  checkDomain(...of: Parameters<AppDeps["checkDomain"]>): Promise<DomainFinding>;
  reader: ZoneReader;
  guard: OutboundGuard;
  /** Writes at a service; a name server that a user named is asked only where the guard admits it. */
  openDnsWriter(kind: DnsProviderKind, credentials: Record<string, string>): Promise<DnsWriter>;
}

export function domainServices(
  settings: Pick<Settings, "publicUrl" | "baseDomains" | "dnsServers" | "outboundAllow">,
  database: Database,
  options: Pick<DomainLooks, "httpPort"> = {},
): DomainServices {
  const reader = dnsReader(settings.dnsServers, { isAllowed: addressRules(settings.outboundAllow) });
  const guard = outboundGuard({
    allow: settings.outboundAllow,
    resolve: settings.dnsServers.length > 0 ? reader.addresses : systemAddresses,
  });
  const openDnsWriter: DomainServices["openDnsWriter"] = (kind, credentials) => dnsWriter(kind, credentials, { resolve: guard.addresses });
  const bases = settings.baseDomains.filter((base) => base !== "localhost");
  const publicHost = settings.publicUrl === null ? null : new URL(settings.publicUrl).hostname.replace(/^\[(.*)\]$/, "$1");
  const isNamed = publicHost !== null && isIP(publicHost) === 0 && publicHost !== "localhost" && !publicHost.endsWith(".localhost");
  return {
    reader,
    guard,
    openDnsWriter,
    checkDomain: (domain) =>
      checkDomain(domain, {
        reader,
        guard,
        ...options,
        isContested: async ({ tenantId, name }) => {
          const all = await database.asSystem((store) => store.domains.list({}));
          const verified = { state: "verified", method: "dns" } as const;
          const overlaps = (other: string): boolean =>
            isCoveredByDomain(name, { name: other, ...verified }) || isCoveredByDomain(other, { name, ...verified });
          return all.some((other) => other.tenantId !== tenantId && overlaps(other.name));
        },
      }),
    addressAdvice: (host) =>
      addressAdvice(host, {
        reader,
        bases,
        target: isNamed ? publicHost : (bases[0] ?? null),
        ownAddresses: [...ownAddresses(), ...(publicHost !== null && isIP(publicHost) !== 0 ? [publicHost] : [])],
      }),
    async testDnsProvider(kind, credentials, zones) {
      const writer = await openDnsWriter(kind, credentials);
      for (const zone of zones) await writer.test(zone);
    },
  };
}

/** As the machine resolves it, its hosts file included. */
async function systemAddresses(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTFOUND") return [];
    throw error;
  }
}
