import type { User } from "@agentpod/core/user";
import type { Note } from "../routes/route.ts";

/** A note about a user, who belongs to no tenant. */
export const noteUser = (user: Pick<User, "id">, message: string, more: Partial<Pick<Note, "data" | "outcome">> = {}): Note => ({
  tenantId: null,
  tenant: null,
  message,
  ...more,
  data: { user: user.id, ...more.data },
});
