import type { IncomingHttpHeaders } from "node:http";

/** Whether an open page does this by itself: opens a WebSocket, or fetches. Programs other than browsers do not say so, and are taken for visitors. */
export function isOfOpenPage(headers: IncomingHttpHeaders): boolean {
  const mode = headers["sec-fetch-mode"];
  return headers.upgrade !== undefined || (mode !== undefined && mode !== "navigate");
}
