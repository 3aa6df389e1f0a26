import { isIP } from "node:net";
import type { Asked } from "./asked.ts";
import { clientHeader } from "./login-library-names.ts";

/** The headers the login library is to see: who asks, and nothing that a client could have made up. */
export function libraryHeaders(asked: Pick<Asked, "client" | "userAgent">, more: Record<string, string | undefined> = {}): Headers {
  const headers = new Headers({ [clientHeader]: isIP(asked.client) === 0 ? "127.0.0.1" : asked.client });
  if (asked.userAgent !== undefined) headers.set("user-agent", asked.userAgent.slice(0, 300));
  for (const [name, value] of Object.entries(more)) if (value !== undefined) headers.set(name, value);
  return headers;
}
