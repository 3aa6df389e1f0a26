import { AppError } from "@agentpod/core/errors";
import type { Principal } from "@agentpod/core/permission";
import type { Database, Token } from "@agentpod/core/store";
import { TooManyAttempts } from "../http-error.ts";
import type { AttemptLimit } from "./attempt-limit.ts";
import { hashToken } from "./token-secret.ts";

/** Gives the principal of an `Authorization` header. Throws `unauthenticated`, or `TooManyAttempts`. */
export type Authenticate = (authorization: string | undefined, client: string) => Promise<Principal>;

const remembered = 1000;

export function bearerAuthentication(database: Pick<Database, "asSystem">, limit: AttemptLimit): Authenticate {
  // A client that shares its address with a guesser keeps working: tokens that were good before are still looked up.
  const good = new Set<string>();
  return async (authorization, client) => {
    const secret = bearerOf(authorization);
    const hash = hashToken(secret);
    const verdict = limit.check(client, hash);
    if (typeof verdict === "number" && !good.has(hash)) throw new TooManyAttempts(verdict);
    const token = verdict === "wrong" ? null : await database.asSystem((store) => store.tokens.findByHash(hash));
    if (token === null) {
      good.delete(hash);
      limit.failed(client, hash);
      throw new AppError("unauthenticated", "this token is unknown or has expired; log in again");
    }
    if (good.size >= remembered) good.clear();
    good.add(hash);
    return principalOf(token);
  };
}

function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new AppError("unauthenticated", "no token was sent; send `Authorization: Bearer <token>`");
  }
  const [scheme, secret, ...rest] = authorization.trim().split(/\s+/);
  if (scheme?.toLowerCase() !== "bearer" || secret === undefined || rest.length > 0) {
    throw new AppError("unauthenticated", "the Authorization header must read `Bearer <token>`");
  }
  return secret;
}

export function principalOf(token: Token): Principal {
  return {
    actor: `token:${token.id}`,
    userId: token.ownerId,
    by: "token",
    sessionId: null,
    grants: [],
    tenants: token.tenantId === null ? "*" : [token.tenantId],
    permissions: new Set(token.permissions),
  };
}
