import type { IncomingHttpHeaders } from "node:http";
import type { PageKind } from "../pages/page-kind.ts";
import type { Route } from "../routing/route.ts";
import { isOfOpenPage } from "./open-page.ts";
import { pickUpstream, type Upstream } from "./upstream.ts";

/** What is to become of a request as the table stands now. */
export type Decision =
  | { kind: "answer"; route: Route | null; page: PageKind; message: string | null }
  | { kind: "hold"; route: Route }
  | { kind: "send"; route: Route; upstream: Upstream };

/** `route`: what was found for it, or the page that says why nothing was. */
export function decide(route: Route | PageKind, headers: IncomingHttpHeaders): Decision {
  if (typeof route === "string") return { kind: "answer", route: null, page: route, message: null };
  const { state, message, ignoresOpenPages } = route.entry;
  if (state === "sleeping" && ignoresOpenPages && isOfOpenPage(headers)) return { kind: "answer", route, page: "asleep", message: null };
  if (state === "holding" || state === "sleeping") return { kind: "hold", route };
  if (state !== "serving") return { kind: "answer", route, page: state, message };
  const upstream = route.split?.pick() ?? pickUpstream(route.upstreams, []);
  return upstream ? { kind: "send", route, upstream } : { kind: "answer", route, page: "unready", message };
}
