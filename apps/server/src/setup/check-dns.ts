import { isIP } from "node:net";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import type { DnsReader } from "@agentpod/core/dns";
import type { Settings } from "@agentpod/host/settings";

type Line = Omit<DoctorLine, "check">;

export interface DnsLooks {
  reader: Pick<DnsReader, "addresses">;
  settings: Pick<Settings, "publicUrl" | "baseDomains">;
  /** Public addresses of this machine's own interfaces; empty behind NAT. */
  ownAddresses: readonly string[];
}

/** Whether the names that AgentPod hands out lead to this machine; nothing is looked up where all are below localhost. */
export async function checkDns({ reader, settings, ownAddresses }: DnsLooks): Promise<Line[]> {
  const bases = settings.baseDomains.filter((base) => base !== "localhost" && !base.endsWith(".localhost"));
  const host = settings.publicUrl === null ? null : new URL(settings.publicUrl).hostname.replace(/^\[(.*)\]$/, "$1");
  const isNamed = host !== null && isIP(host) === 0 && host !== "localhost" && !host.endsWith(".localhost");
  const front = host === null || host.endsWith("localhost") ? [] : isNamed ? await reader.addresses(host).catch(() => null) : [host];
  const own = [...new Set([...ownAddresses, ...(front ?? [])])];
  const lines: Line[] = [];
  if (isNamed && front === null)
    lines.push(
      warning(`${host} of AGENTPOD_URL could not be looked up.`, "Check this machine's name servers, or set AGENTPOD_DNS_SERVERS."),
    );
  if (isNamed && front?.length === 0)
    lines.push(failed(`${host} of AGENTPOD_URL has no address.`, `Publish ${recordsFor(host, ownAddresses)}, or mend AGENTPOD_URL.`));
  if (isNamed && front && front.length > 0) lines.push(ok(`${host} is at ${front.join(", ")}.`));
  return [...lines, ...(await Promise.all(bases.map((base) => checkBase(base, reader, own))))];
}

async function checkBase(base: string, reader: DnsLooks["reader"], own: readonly string[]): Promise<Line> {
  const wildcard = `*.${base}`;
  const found = await reader.addresses(`agentpod-check.${base}`).catch(() => null);
  if (found === null)
    return warning(`${wildcard} could not be looked up.`, "Check this machine's name servers, or set AGENTPOD_DNS_SERVERS.");
  if (found.length === 0)
    return warning(`There is no wildcard record ${wildcard}: pods cannot be reached by name.`, `Publish ${recordsFor(wildcard, own)}.`);
  const at = `${wildcard} is at ${found.join(", ")}`;
  if (own.length === 0) return ok(`${at}; whether that is this machine cannot be seen from here. AGENTPOD_URL would tell.`);
  if (found.some((address) => own.includes(address))) return ok(`${at}, which is this machine.`);
  return warning(
    `${at}, and this machine at ${own.join(", ")}.`,
    "Mend the record; behind a proxy or NAT, set AGENTPOD_URL to the address outside.",
  );
}

function recordsFor(name: string, addresses: readonly string[]): string {
  if (addresses.length === 0) return `an A record of ${name} with this machine's public address`;
  return addresses.map((address) => `${isIP(address) === 6 ? "AAAA" : "A"} ${name} → ${address}`).join(", ");
}

const ok = (message: string): Line => ({ status: "ok", message, advice: null });
const warning = (message: string, advice: string): Line => ({ status: "warning", message, advice });
const failed = (message: string, advice: string): Line => ({ status: "failed", message, advice });
