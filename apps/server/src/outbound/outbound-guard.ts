import { isIP } from "node:net";
import { AppError } from "@agentpod/core/errors";
import { addressRules } from "./address-rules.ts";
import { type FetchLimits, guardedFetch, type OutboundAnswer } from "./guarded-fetch.ts";

/** The one way from the server to places that users name (security rule 6). */
export interface OutboundGuard {
  isAllowed(address: string): boolean;
  /** Addresses of a host, all of them allowed; `invalid` where one is not or there is none. Connect to these, never to the name. */
  addresses(host: string): Promise<string[]>;
  /** A GET of an `http:` or `https:` URL, or what `limits` say; errors as `addresses`, and `unavailable` where nothing answers in time. */
  fetch(url: string, limits?: FetchLimits): Promise<OutboundAnswer>;
}

export interface GuardOptions {
  /** Addresses and CIDRs that may be reached though they are not public. */
  allow: readonly string[];
  /** All addresses of a host; empty where it has none. */
  resolve(host: string): Promise<string[]>;
}

export function outboundGuard({ allow, resolve }: GuardOptions): OutboundGuard {
  const isAllowed = addressRules(allow);
  const addresses = async (host: string): Promise<string[]> => {
    const bare = host.replace(/^\[(.*)\]$/, "$1");
    const found = isIP(bare) === 0 ? await resolve(bare) : [bare];
    if (found.length === 0) throw new AppError("invalid", `${bare} has no address.`);
    const refused = found.find((address) => !isAllowed(address));
    if (refused !== undefined)
      throw new AppError(
        "invalid",
        `${bare === refused ? bare : `${bare} is at ${refused}, which`} is not a public address; AgentPod does not connect there unless AGENTPOD_OUTBOUND_ALLOW says so.`,
      );
    return found;
  };
  return { isAllowed, addresses, fetch: (url, limits = {}) => guardedFetch(url, limits, addresses) };
}
