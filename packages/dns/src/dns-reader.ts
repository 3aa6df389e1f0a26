import type { DnsReader } from "@agentpod/core/dns";
import { AppError, toAppError } from "@agentpod/core/errors";
import { authoritativeTxt, commonValues, finalName, zoneOf } from "./authoritative-txt.ts";
import { dnsLookups } from "./dns-lookups.ts";

/** A reader that also knows where zones begin. */
export interface ZoneReader extends DnsReader {
  /** The zone that a name lies in; the name itself where it is the zone's top (where no CNAME may be). Null: none found. */
  zone(name: string): Promise<string | null>;
}

export interface ReaderOptions {
  /** Whether a name server at this address may be asked directly; all may unless given. */
  isAllowed?: (address: string) => boolean;
}

/** Looks at the DNS by these servers (`address` or `address:port`); only these are asked. An empty list: the system's, and authoritative servers directly. */
export function dnsReader(servers: readonly string[], { isAllowed = () => true }: ReaderOptions = {}): ZoneReader {
  const lookups = dnsLookups(servers);
  return {
    txt: lookups.txt,
    cname: lookups.cname,
    async addresses(host) {
      const [four, six] = await Promise.all([lookups.a(host), lookups.aaaa(host)].map((asked) => asked.catch(toAppError)));
      const found = [four, six].flatMap((answer) => (Array.isArray(answer) ? answer : []));
      const failed = [four, six].find((answer) => answer instanceof AppError);
      if (found.length === 0 && failed) throw failed;
      return found;
    },
    caa: lookups.caa,
    async authoritativeTxt(name) {
      if (servers.length === 0) return authoritativeTxt(name, lookups, (address) => dnsLookups([address]), isAllowed);
      const last = await finalName(lookups, name);
      const asked = servers.map((server) =>
        dnsLookups([server])
          .txt(last)
          .catch(() => null),
      );
      // Where none answers, the usual question says why.
      return commonValues(await Promise.all(asked)) ?? lookups.txt(last);
    },
    zone: async (name) => (await zoneOf(lookups, name))?.zone ?? null,
  };
}
