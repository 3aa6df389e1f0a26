import type { IncomingMessage } from "node:http";

/**
 * Where a request came from. Over the server's private socket the peer is the gateway, which sets `X-Forwarded-For`
 * from its own socket, or a program of this user without that header: `local`. Over TCP the header counts for nothing.
 */
export function clientAddress(incoming: IncomingMessage | undefined): string {
  const peer = incoming?.socket.remoteAddress;
  if (peer !== undefined && peer !== "") return peer;
  const forwarded = incoming?.headers["x-forwarded-for"];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(",")[0]?.trim();
  return first === undefined || first === "" ? "local" : first.slice(0, 64);
}
