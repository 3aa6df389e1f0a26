import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import type { User } from "@agentpod/core/user";

/** By id or email address. Throws `not_found`. System role. */
export async function findUser(store: Pick<Store, "users">, named: string): Promise<User> {
  const user = named.includes("@")
    ? await store.users.findByEmail(named)
    : /^[0-9a-f-]{36}$/i.test(named)
      ? await store.users.find(named)
      : null;
  if (user === null) throw new AppError("not_found", `there is no user ${named}`);
  return user;
}
