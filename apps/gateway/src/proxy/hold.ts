import type { IncomingHttpHeaders } from "node:http";
import type { PageKind } from "../pages/page-kind.ts";
import type { Route } from "../routing/route.ts";

/** How long a request waits at its route, and what it is told when that was too long. */
export interface Hold {
  /** Milliseconds since 1970. */
  until: number;
  page: PageKind;
  message: string | null;
}

/** A person is told what happens after so many seconds, and their browser asks again; a program only waits. */
const navigationSeconds = 3;

/** What a request that began at `startedAt` may wait for while its route does not serve. */
export function holdOf({ entry }: Route, request: { method?: string | undefined; headers: IncomingHttpHeaders }, startedAt: number): Hold {
  const until = startedAt + entry.holdSeconds * 1000;
  if (entry.state !== "sleeping") return { until, page: "held-too-long", message: entry.message };
  if (!isNavigation(request)) return { until, page: "held-too-long", message: null };
  return { until: Math.min(until, startedAt + navigationSeconds * 1000), page: "waking", message: null };
}

/** Somebody looks at the answer: a browser's own navigation, not what a page of it fetches. */
function isNavigation({ method, headers }: { method?: string | undefined; headers: IncomingHttpHeaders }): boolean {
  const mode = headers["sec-fetch-mode"];
  return method === "GET" && /\btext\/html\b/i.test(headers.accept ?? "") && (mode === undefined || mode === "navigate");
}
