import { isIP } from "node:net";
import { AppError } from "@agentpod/core/errors";

/** Throws `forbidden` when a browser on a foreign page asks. Programs send no Origin and pass; the token is checked in any case. */
export function checkOrigin(origin: string | undefined, host: string | undefined, publicUrl: string): void {
  if (origin === undefined || origin === new URL(publicUrl).origin) return;
  if (!isSameOrigin(origin, host, new URL(publicUrl).hostname)) throw new AppError("forbidden", "this may not be asked from another site");
}

/**
 * Whether the page came from the very host and port that is asked now, by plain HTTP or HTTPS, and that host is ours: the
 * public one, or localhost or an address, which no stranger's name server can turn against us.
 */
function isSameOrigin(origin: string, host: string | undefined, ownHost: string): boolean {
  const page = URL.parse(origin);
  const asked = page === null || host === undefined ? null : URL.parse(`${page.protocol}//${host}`);
  if (page === null || asked === null || !["http:", "https:"].includes(page.protocol)) return false;
  const isOurs = [ownHost, "localhost"].includes(asked.hostname) || isIP(asked.hostname.replace(/^\[(.*)\]$/, "$1")) !== 0;
  return isOurs && page.origin === asked.origin && page.origin === origin;
}
