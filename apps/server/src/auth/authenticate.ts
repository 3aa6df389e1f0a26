import { AppError } from "@agentpod/core/errors";
import type { Principal } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import type { Asked } from "./asked.ts";
import type { AttemptLimit } from "./attempt-limit.ts";
import { bearerAuthentication } from "./bearer-authentication.ts";
import { bearerOf } from "./bearer-of.ts";
import { checkOrigin } from "./check-origin.ts";
import { libraryHeaders } from "./library-headers.ts";
import { cookiePrefix } from "./login-library-names.ts";
import type { Logins } from "./logins.ts";
import { userPrincipal } from "./user-principal.ts";

/** Somebody, and the cookies that keep them logged in, where these are to be renewed. */
export interface Authenticated {
  principal: Principal;
  setCookies: readonly string[];
}

/** Who asks: by an API token, a session's token or a JWT in `Authorization`, else by the session cookie. Throws `unauthenticated`, `forbidden` for another site, or `TooManyAttempts`. */
export type Authenticate = (asked: Asked) => Promise<Authenticated>;

export interface AuthenticationOptions {
  database: Pick<Database, "asSystem">;
  limit: AttemptLimit;
  logins: Logins;
  publicUrl: string;
}

export function authentication({ database, limit, logins, publicUrl }: AuthenticationOptions): Authenticate {
  const byToken = bearerAuthentication(database, limit);
  const login = { database, logins };
  return async (asked) => {
    if (asked.authorization !== undefined) {
      const secret = bearerOf(asked.authorization);
      const find = secret.startsWith("eyJ") ? byJwt : isSessionToken(secret) ? bySession : null;
      if (find === null) return { principal: await byToken(asked.authorization, asked.client), setCookies: [] };
      return limit.guard(asked.client, secret, () => find(login, asked, secret));
    }
    if (asked.cookie === undefined || !hasSessionCookie(asked.cookie))
      throw new AppError("unauthenticated", "nobody is logged in; log in, or send `Authorization: Bearer <token>`");
    // The browser sends the cookie whoever makes it ask: a pod's page on a sibling name is the same site to it.
    if (asked.isChange) requireOrigin(asked, publicUrl);
    return limit.guard(asked.client, asked.cookie, () => bySession(login, asked, null));
  };
}

/** Random, a dot, a signature. */
const isSessionToken = (secret: string): boolean => /^[\w-]{16,}\.[\w%+/=-]{20,}$/.test(secret);

const sessionCookie = new RegExp(`(?:^|;\\s*)(?:__Host-)?${cookiePrefix}\\.session_token=`);
const hasSessionCookie = (cookie: string): boolean => sessionCookie.test(cookie);

function requireOrigin(asked: Asked, publicUrl: string): void {
  if (asked.origin === undefined)
    throw new AppError("forbidden", "a change by a login's cookie must say from which site it comes (Origin); programs send a token");
  checkOrigin(asked.origin, asked.host, publicUrl);
}

interface Login {
  database: Pick<Database, "asSystem">;
  logins: Logins;
}

async function bySession({ database, logins }: Login, asked: Asked, secret: string | null): Promise<Authenticated | null> {
  const library = await logins.library(asked.isHttps);
  const headers = libraryHeaders(asked, secret === null ? { cookie: asked.cookie } : { authorization: `Bearer ${secret}` });
  const { headers: answered, response } = await library.api.getSession({ headers, returnHeaders: true });
  if (response === null) return null;
  const principal = await database.asSystem((store) =>
    userPrincipal(store, response.user.id, { by: "session", sessionId: response.session.id }),
  );
  return principal && { principal, setCookies: secret === null ? (answered?.getSetCookie() ?? []) : [] };
}

async function byJwt({ database, logins }: Login, asked: Asked, secret: string): Promise<Authenticated | null> {
  const library = await logins.library(asked.isHttps);
  const { payload } = await library.api.verifyJWT({ body: { token: secret } });
  const { sub, sid } = (payload ?? {}) as { sub?: unknown; sid?: unknown };
  if (typeof sub !== "string" || typeof sid !== "string") return null;
  // A signature says what was true when it was made: the login it stands for must not have ended since.
  const principal = await database.asSystem(async (store) => {
    const session = /^[0-9a-f-]{36}$/.test(sid) ? await store.users.findSession(sid) : null;
    return session?.userId === sub ? userPrincipal(store, sub, { by: "jwt", sessionId: sid }) : null;
  });
  return principal && { principal, setCookies: [] };
}
