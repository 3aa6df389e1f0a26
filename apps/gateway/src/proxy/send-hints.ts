import type { ClientResponse } from "./client.ts";

/** Hints before the answer (103); those that are malformed are dropped, they are only hints. `headers`: flat list. */
export function sendHints(response: ClientResponse, headers: readonly string[]): void {
  const link: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() === "link") link.push(...(headers[i + 1] as string).split(/,\s*(?=<)/));
  }
  try {
    if (link.length > 0) response.writeEarlyHints({ link });
  } catch {
    return;
  }
}
