import { AppError } from "@agentpod/core/errors";
import type { DnsLookups } from "./dns-lookups.ts";

/** More than any honest chain of CNAMEs. */
const mostHops = 8;

/** Where a chain of CNAMEs ends; `invalid` where it goes in a circle. */
export async function finalName(lookups: Pick<DnsLookups, "cname">, name: string): Promise<string> {
  const seen = [name];
  for (let at = name; ; ) {
    const next = await lookups.cname(at);
    if (next === null) return at;
    if (seen.includes(next) || seen.length > mostHops)
      throw new AppError("invalid", `The CNAMEs of ${name} lead in a circle: ${[...seen, next].join(" → ")}.`);
    seen.push(next);
    at = next;
  }
}

/** The zone that a name lies in, with its name servers; null where none is known below the top-level domain. */
export async function zoneOf(lookups: Pick<DnsLookups, "ns">, name: string): Promise<{ zone: string; servers: string[] } | null> {
  for (let zone = name; zone.includes("."); zone = zone.slice(zone.indexOf(".") + 1)) {
    const servers = await lookups.ns(zone);
    if (servers.length > 0) return { zone, servers };
  }
  return null;
}

/**
 * TXT values that every authoritative server of the name's zone gives which answers at all; CNAMEs are followed first.
 * `unavailable` where none answers. `at` asks one server by its address; `isAllowed` keeps it from asking where it must not.
 */
export async function authoritativeTxt(
  name: string,
  lookups: DnsLookups,
  at: (address: string) => Pick<DnsLookups, "txt">,
  isAllowed: (address: string) => boolean,
): Promise<string[]> {
  const last = await finalName(lookups, name);
  const found = await zoneOf(lookups, last);
  if (found === null) return lookups.txt(last);
  const values = commonValues(await Promise.all(found.servers.map((server) => askServer(server))));
  if (values !== null) return values;
  throw new AppError("unavailable", `None of the name servers of ${found.zone} answers: ${found.servers.join(", ")}.`);

  /** Null where the server does not answer at any of its addresses. */
  async function askServer(server: string): Promise<string[] | null> {
    const addresses = await Promise.all([lookups.a(server), lookups.aaaa(server)]).catch(() => []);
    for (const address of addresses.flat().filter(isAllowed)) {
      const values = await at(address)
        .txt(last)
        .catch(() => null);
      if (values !== null) return values;
    }
    return null;
  }
}

/** What all of the answers hold; a server that gave none (null) is not counted. Null where none did. */
export function commonValues(answers: readonly (string[] | null)[]): string[] | null {
  const [first, ...others] = answers.filter((values) => values !== null);
  return first?.filter((value) => others.every((values) => values.includes(value))) ?? null;
}
