import { isIP, type LookupFunction } from "node:net";
import { AppError } from "@agentpod/core/errors";
import type { Agent } from "undici";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";

/** Longer waits than a provider needs that lives. */
export interface LlmTimeouts {
  connectMs: number;
  /** Until the first byte of an answer: a long thought that is not streamed. */
  headersMs: number;
  /** Between two pieces of an answer. */
  bodyMs: number;
}

export const usualTimeouts: LlmTimeouts = { connectMs: 10_000, headersMs: 600_000, bodyMs: 300_000 };

/** Connections to providers, kept open between calls; each was checked by the guard when it was made. */
export interface ProviderAgents {
  /** Throws `invalid` where the guard does not let the host be reached. */
  of(baseUrl: string): Promise<Agent>;
  close(): Promise<void>;
}

export function providerAgents(guard: Pick<OutboundGuard, "addresses">, timeouts: LlmTimeouts): ProviderAgents {
  const agents = new Map<string, Agent>();
  // A name is looked up and checked for every new connection: its addresses may change while calls go on.
  const lookup: LookupFunction = (host, options, callback) => {
    guard.addresses(host).then(
      (found) => {
        const all = found.map((address) => ({ address, family: isIP(address) }));
        if (options.all) callback(null, all);
        else callback(null, all[0]?.address ?? "", all[0]?.family ?? 4);
      },
      (error: Error) => callback(error as NodeJS.ErrnoException, "", 4),
    );
  };
  return {
    async of(baseUrl) {
      const { origin, hostname } = new URL(baseUrl);
      const known = agents.get(origin);
      if (known !== undefined) return known;
      // A plain address is never looked up.
      await guard.addresses(hostname);
      // Loaded at the first call: an installation without models pays no memory for it.
      const undici = await import("undici");
      const agent =
        agents.get(origin) ??
        new undici.Agent({
          connect: { lookup, autoSelectFamily: true, timeout: timeouts.connectMs },
          headersTimeout: timeouts.headersMs,
          bodyTimeout: timeouts.bodyMs,
          keepAliveTimeout: 30_000,
          connections: 256,
          pipelining: 1,
          maxHeaderSize: 32_768,
        });
      agents.set(origin, agent);
      return agent;
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
      agents.clear();
    },
  };
}

/** Where a provider serves this, below its base URL. Throws `invalid` for what is no web address. */
export function providerUrl(baseUrl: string, path: string, search: string): string {
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ""))
    throw new AppError("invalid", "A provider's base URL begins with http:// or https://.");
  return `${baseUrl}${path}${search}`;
}
