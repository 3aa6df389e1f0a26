import { Resolver } from "node:dns/promises";
import { AppError } from "@agentpod/core/errors";

/** Questions to given servers, or the system's; an absent name or record is an empty list, no answer is `unavailable`. */
export interface DnsLookups {
  txt(name: string): Promise<string[]>;
  cname(name: string): Promise<string | null>;
  ns(name: string): Promise<string[]>;
  a(name: string): Promise<string[]>;
  aaaa(name: string): Promise<string[]>;
  caa(name: string): Promise<{ tag: string; value: string; critical: boolean }[]>;
}

/** Codes that say "there is none", rather than "I do not know". A name that DNS cannot hold has no records either. */
const absence = ["ENOTFOUND", "ENODATA", "EBADNAME"];

const reasons: Record<string, string> = {
  ETIMEOUT: "did not answer in time",
  ESERVFAIL: "failed (SERVFAIL)",
  EREFUSED: "refuses to answer",
  ECONNREFUSED: "cannot be reached",
};

/** Lookups at these servers (`address` or `address:port`); an empty list: the system's. */
export function dnsLookups(servers: readonly string[]): DnsLookups {
  const ask = async <T>(name: string, type: string, question: (resolver: Resolver) => Promise<T>, none: T): Promise<T> => {
    // A resolver of its own for each: one that saw a server fail holds that against it for a while.
    const resolver = new Resolver({ timeout: 1500, tries: 2, maxTimeout: 2000 });
    if (servers.length > 0) resolver.setServers([...servers]);
    try {
      return await question(resolver);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? "";
      if (absence.includes(code)) return none;
      const what = reasons[code] ?? `gave no usable answer (${code})`;
      throw new AppError("unavailable", `The name server for ${name} ${what}; ${type} could not be looked up.`, { cause });
    }
  };
  return {
    txt: async (name) => (await ask(name, "TXT", (r) => r.resolveTxt(name), [])).map((strings) => strings.join("")),
    cname: async (name) => (await ask(name, "CNAME", (r) => r.resolveCname(name), []))[0]?.toLowerCase().replace(/\.$/, "") ?? null,
    ns: async (name) => (await ask(name, "NS", (r) => r.resolveNs(name), [])).map((host) => host.toLowerCase().replace(/\.$/, "")),
    a: (name) => ask(name, "A", (r) => r.resolve4(name), []),
    aaaa: (name) => ask(name, "AAAA", (r) => r.resolve6(name), []),
    caa: async (name) => {
      const found = await ask(name, "CAA", (r) => r.resolveCaa(name), []);
      return found.flatMap(({ critical, ...tags }) =>
        Object.entries(tags)
          .filter(([tag]) => tag !== "type")
          .map(([tag, value]) => ({ tag: tag.toLowerCase(), value: String(value), critical: critical !== 0 })),
      );
    },
  };
}
