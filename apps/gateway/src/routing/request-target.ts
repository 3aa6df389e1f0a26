import { normalizeHost } from "./host-name.ts";

/** Where a request goes, as its first line and Host header say. */
export interface RequestTarget {
  /** Normalized host. */
  host: string;
  /** As the client wrote it (or the authority of an absolute target): goes upstream as Host. */
  authority: string;
  /** Port the client named; null: none, it is that of its scheme. */
  port: string | null;
  /** Path and query as sent, beginning with `/`. */
  path: string;
}

const known = new Map<string, { host: string; port: string | null } | null>();
const mostKnown = 1000;

/** Null when the target or the host is malformed. An absolute target counts before the Host header (RFC 9112, 3.2.2). */
export function readTarget(url: string, hostHeader: string): RequestTarget | null {
  let authority = hostHeader;
  let path = url;
  if (url.charCodeAt(0) !== 47) {
    const absolute = /^https?:\/\/([^/?#@\\]+)([/?].*)?$/i.exec(url);
    if (!absolute || readAuthority(hostHeader) === null) return null;
    authority = absolute[1] ?? "";
    const rest = absolute[2] ?? "/";
    path = rest.startsWith("?") ? `/${rest}` : rest;
  }
  const parts = readAuthority(authority);
  return parts === null ? null : { host: parts.host, authority, port: parts.port, path };
}

function readAuthority(authority: string): { host: string; port: string | null } | null {
  let parts = known.get(authority);
  if (parts === undefined) {
    // Bounded: a client that invents hosts only loses the cache for a while.
    if (known.size >= mostKnown) known.clear();
    const host = normalizeHost(authority);
    parts = host === null ? null : { host, port: /:(\d+)$/.exec(authority)?.[1] ?? null };
    known.set(authority, parts);
  }
  return parts;
}
