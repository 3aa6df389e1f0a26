import type { PageKind } from "../pages/page-kind.ts";
import type { RequestTarget } from "../routing/request-target.ts";
import type { Route } from "../routing/route.ts";
import type { ProxyContext } from "./proxy-context.ts";
import { pickUpstream, type Upstream } from "./upstream.ts";

/** What is to become of a request as the table stands now. */
export type Decision =
  | { kind: "answer"; route: Route | null; page: PageKind; message: string | null }
  | { kind: "hold"; route: Route }
  | { kind: "send"; route: Route; upstream: Upstream };

export function decide(context: ProxyContext, target: RequestTarget, localPort: number): Decision {
  const route = context.find(target, localPort);
  if (typeof route === "string") return { kind: "answer", route: null, page: route, message: null };
  const { state, message } = route.entry;
  if (state === "holding" || state === "sleeping") return { kind: "hold", route };
  if (state !== "serving") return { kind: "answer", route, page: state, message };
  const upstream = pickUpstream(route.upstreams, []);
  return upstream ? { kind: "send", route, upstream } : { kind: "answer", route, page: "unready", message };
}
