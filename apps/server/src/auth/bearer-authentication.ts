import type { Principal } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import type { AttemptLimit } from "./attempt-limit.ts";
import { bearerOf } from "./bearer-of.ts";
import { tokenPrincipal } from "./token-principal.ts";
import { hashToken } from "./token-secret.ts";

/** Gives the principal of an API token in an `Authorization` header. Throws `unauthenticated`, or `TooManyAttempts`. */
export function bearerAuthentication(database: Pick<Database, "asSystem">, limit: AttemptLimit) {
  return (authorization: string | undefined, client: string): Promise<Principal> => {
    const secret = bearerOf(authorization);
    return limit.guard(client, secret, () =>
      database.asSystem(async (store) => {
        const token = await store.tokens.findByHash(hashToken(secret));
        return token && tokenPrincipal(store, token);
      }),
    );
  };
}
