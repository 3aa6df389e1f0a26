import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import { clientAddress } from "./client-address.ts";

/** What a request says of who asks and from where. */
export interface Asked {
  authorization: string | undefined;
  cookie: string | undefined;
  origin: string | undefined;
  host: string | undefined;
  /** A change, or a WebSocket: what another site must not make a browser do. */
  isChange: boolean;
  /** The browser is at HTTPS, as the gateway saw it or was told by a trusted proxy. */
  isHttps: boolean;
  /** Client address. */
  client: string;
  userAgent: string | undefined;
}

export function askedOf(context: Context): Asked {
  const incoming = (context.env as { incoming?: IncomingMessage } | undefined)?.incoming;
  const header = (name: string) => context.req.header(name);
  return {
    authorization: header("authorization"),
    cookie: header("cookie"),
    origin: header("origin"),
    host: header("host"),
    isChange: !["GET", "HEAD"].includes(context.req.method) || header("upgrade") !== undefined,
    isHttps: isHttps(incoming),
    client: clientAddress(incoming),
    userAgent: header("user-agent"),
  };
}

/** As with the address: the gateway's word on the private socket counts, a stranger's on TCP does not. */
function isHttps(incoming: IncomingMessage | undefined): boolean {
  const peer = incoming?.socket.remoteAddress;
  return (peer === undefined || peer === "") && incoming?.headers["x-forwarded-proto"] === "https";
}
