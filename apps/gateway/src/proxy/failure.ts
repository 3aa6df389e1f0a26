import type { PageKind } from "../pages/page-kind.ts";

/** How long a refused connection waits for word from the control plane, which hears of a death within milliseconds. */
export const newsMilliseconds = 1500;

const slow = new Set(["ANSWER_TIMEOUT", "ETIMEDOUT"]);

/** Which page tells of an upstream's failure. */
export function failurePage(error: Error, isFront: boolean, isConnected: boolean): PageKind {
  if (isFront && !isConnected) return "restarting";
  return slow.has(codeOf(error)) ? "timeout" : "unreachable";
}

/** A short code for the access log: never a message, which may hold bytes of the upstream. */
export function codeOf(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code;
  return typeof code === "string" ? code : error.name;
}
