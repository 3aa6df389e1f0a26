import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "../policies/admit.ts";
import type { PolicyGate } from "../policies/policy-gate.ts";
import type { PageKind } from "./page-kind.ts";
import { type RenderedPage, renderPage } from "./render-page.ts";

export interface OwnPage {
  kind: PageKind;
  /** Null: the page's own words. */
  message: string | null;
  requestId: string;
  /** Null: the route has no policies, or there is no route. */
  gate: PolicyGate | null;
  /** Null: it is no policy that the page tells of. */
  refusal: Refusal | null;
}

/** A page in the words and with the headers that suit who asked and what the route's policies say. */
export function ownPage(asked: IncomingHttpHeaders, { kind, message, requestId, gate, refusal }: OwnPage): RenderedPage {
  const { accept, "accept-language": acceptLanguage } = asked;
  const page = renderPage(kind, message, requestId, { accept, acceptLanguage }, refusal?.retrySeconds);
  return gate === null ? page : { ...page, headers: gate.dressPage(page, refusal) };
}
