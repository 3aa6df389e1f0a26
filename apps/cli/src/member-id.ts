import type { Client } from "@agentpod/client/create-client";
import { AppError, toAppError } from "@agentpod/core/errors";

/** A user's id by email address (or as it is): among the tenant's members, else, for who may see them, among all users. */
export async function memberId(client: Pick<Client, "members" | "users">, tenant: string, named: string): Promise<string> {
  if (!named.includes("@")) return named;
  const email = named.toLowerCase();
  const member = (await client.members.list(tenant)).find((entry) => entry.email === email);
  if (member !== undefined) return member.userId;
  const users = await client.users.list().catch((thrown: unknown) => {
    const error = toAppError(thrown);
    throw error.code === "forbidden"
      ? new AppError("not_found", `${named} is no member of ${tenant}; agentpod user invite ${tenant}`)
      : error;
  });
  const user = users.find((entry) => entry.email === email);
  if (user === undefined) throw new AppError("not_found", `there is no user ${named}; agentpod user create ${named}`);
  return user.id;
}
