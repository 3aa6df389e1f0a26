import { AppError } from "@agentpod/core/errors";
import type { Principal } from "@agentpod/core/permission";

/** The login that asks. Throws `forbidden` for a token, which has none. */
export function ownSession({ userId, sessionId }: Principal): { userId: string; sessionId: string } {
  if (userId === null || sessionId === null)
    throw new AppError("forbidden", "this is for somebody who has logged in; a token cannot do it");
  return { userId, sessionId };
}
