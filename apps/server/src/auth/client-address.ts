import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/**
 * Where a request came from. Over the server's private socket the peer is the gateway, which sets `X-Real-IP` to the client
 * it sees, past trusted proxies alone (the chain in `X-Forwarded-For` begins with what a client claims), or a program of
 * this user without that header: `local`. Over TCP the header counts for nothing.
 */
export function clientAddress(incoming: IncomingMessage | undefined): string {
  const peer = incoming?.socket.remoteAddress;
  if (peer !== undefined && peer !== "") return peer;
  const said = incoming?.headers["x-real-ip"];
  return typeof said === "string" && isIP(said) !== 0 ? said : "local";
}
