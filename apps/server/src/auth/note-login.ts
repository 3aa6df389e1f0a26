import type { User } from "@agentpod/core/user";
import type { AppDeps } from "../app-deps.ts";
import type { Asked } from "./asked.ts";
import { libraryHeaders } from "./library-headers.ts";

/** A login that has succeeded. */
export interface NewLogin {
  user: User;
  sessionId: string;
  /** For `Authorization: Bearer`. */
  token: string;
  expiresAt: string;
}

/** Writes a login down, if this answer of the library is one; null if not. */
export async function noteLogin(
  { database, logins }: Pick<AppDeps, "database" | "logins">,
  asked: Asked,
  response: Response,
  how: string,
): Promise<NewLogin | null> {
  const token = response.headers.get("set-auth-token");
  if (token === null) return null;
  const library = await logins.library(asked.isHttps);
  const found = await library.api.getSession({ headers: libraryHeaders(asked, { authorization: `Bearer ${token}` }) });
  if (found === null) return null;
  const user = await database.asSystem(async (store) => {
    await store.users.noteLogin(found.user.id);
    const known = await store.users.get(found.user.id);
    await store.events.append({
      type: "user.logged_in",
      tenantId: null,
      tenant: null,
      pod: null,
      podId: null,
      actor: `user:${known.id}`,
      source: asked.client,
      result: "ok",
      message: `${known.email} logged in (${how})`,
      data: { user: known.id, session: found.session.id },
    });
    return known;
  });
  return { user, sessionId: found.session.id, token, expiresAt: found.session.expiresAt.toISOString() };
}
