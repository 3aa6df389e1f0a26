import type { Socket } from "node:net";
import { changedHeaders } from "../policies/header-change.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import { peerOf } from "./peer.ts";
import type { ProxyContext } from "./proxy-context.ts";
import { type OutgoingHeaders, outgoingHeaders } from "./request-headers.ts";

interface Asked {
  readonly rawHeaders: readonly string[];
  readonly socket: Socket;
}

/** A request as the upstreams of a route are to see it. */
export function addressRequest(context: ProxyContext, { rawHeaders, socket }: Asked, target: RequestTarget, route: Route): OutgoingHeaders {
  const { trusted } = context;
  const headers = outgoingHeaders(rawHeaders, {
    peer: peerOf(socket, trusted),
    target,
    trusted,
    isFront: route.isFront,
    isClientAlone: route.policies?.forwardsClientAlone ?? false,
  });
  if (route.policies === undefined || route.policies.requestHeaders === null) return headers;
  headers.list = changedHeaders(headers.list, route.policies.requestHeaders);
  return headers;
}
