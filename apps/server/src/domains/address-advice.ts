import { isIP } from "node:net";
import type { AddressAdvice } from "@agentpod/core/api/domain-view";
import type { ZoneReader } from "@agentpod/dns/dns-reader";

export interface AddressFacts {
  reader: Pick<ZoneReader, "addresses" | "cname" | "zone">;
  /** The name to which a CNAME may lead: AgentPod's own, or a base domain. Null: none is set. */
  target: string | null;
  /** Addresses under which this machine is known to be reached from outside; may be empty, behind NAT say. */
  ownAddresses: readonly string[];
  /** Base domains: what leads below one leads here. */
  bases: readonly string[];
}

const timeoutMs = 5000;

/** Where a host (or wildcard) points, and what to publish so that it points here. What cannot be seen within 5 s is unknown; never throws. */
export async function addressAdvice(host: string, facts: AddressFacts): Promise<AddressAdvice> {
  const { reader, target } = facts;
  const asked = host.startsWith("*.") ? `agentpod-check${host.slice(1)}` : host;
  const [found, alias, zone, targetAddresses] = await Promise.all([
    inTime(reader.addresses(asked)),
    inTime(reader.cname(asked)),
    inTime(reader.zone(asked)),
    target === null ? [] : inTime(reader.addresses(target)),
  ]);
  const own = [...new Set([...facts.ownAddresses, ...(targetAddresses ?? [])])];
  const leadsHere = alias != null && (alias === target || facts.bases.some((base) => alias === base || alias.endsWith(`.${base}`)));
  const strays = (found ?? []).filter((address) => !own.includes(address));
  const hits = (found ?? []).length - strays.length;
  const pointsHere = leadsHere || hits > 0 ? true : found === null || own.length === 0 ? (found?.length === 0 ? false : null) : false;
  if (pointsHere && (leadsHere || strays.length === 0)) return { text: `${host} points here.`, records: [], pointsHere };
  if (pointsHere)
    return {
      text: `${host} points here, and to ${strays.join(", ")} too: visitors and certificate authorities that go there do not reach this machine. Remove what is not meant.`,
      records: [],
      pointsHere,
    };
  const isApex = zone === host;
  const records = recordsFor(host, isApex ? null : target, own);
  return { text: [whereItPoints(host, found), whatToDo(host, records, isApex, target)].join(" "), records, pointsHere };
}

function recordsFor(host: string, target: string | null, own: readonly string[]): AddressAdvice["records"] {
  if (target !== null && target !== host) return [{ type: "CNAME", name: host, value: target }];
  return own.map((address) => ({ type: isIP(address) === 6 ? "AAAA" : "A", name: host, value: address }));
}

function whereItPoints(host: string, found: readonly string[] | null): string {
  if (found === null) return `Where ${host} points could not be looked up.`;
  return found.length === 0 ? `${host} has no address yet.` : `${host} is at ${found.join(", ")}, which is not known to be this machine.`;
}

function whatToDo(host: string, records: AddressAdvice["records"], isApex: boolean, target: string | null): string {
  if (records.length === 0)
    return "This installation does not know its own public address: set AGENTPOD_URL to the name or address it is reached by, then look again.";
  const said = records.map(({ type, name, value }) => `${type} ${name} → ${value}`).join(", ");
  const apex =
    isApex && target !== null
      ? ` ${host} is the top of its zone, where no CNAME may be; if your DNS service has ALIAS or ANAME records, lead one to ${target} instead.`
      : "";
  return `Publish ${said}.${apex} Where a proxy in front of this installation answers for it, nothing is to be done.`;
}

/** Null where it fails or takes too long. */
async function inTime<T>(work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
