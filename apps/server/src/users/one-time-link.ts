import type { OneTimeLink } from "@agentpod/core/api/user-view";

/** Behind the `#`: what browsers do not send, no log on the way holds. */
export function oneTimeLink(publicUrl: string, path: string, secret: string, expiresAt: string): OneTimeLink {
  return { link: `${publicUrl}${path}#${secret}`, secret, expiresAt };
}
