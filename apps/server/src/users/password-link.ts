import { randomBytes } from "node:crypto";
import type { OneTimeLink } from "@agentpod/core/api/user-view";
import { AppError } from "@agentpod/core/errors";
import type { User } from "@agentpod/core/user";
import type { AppDeps } from "../app-deps.ts";
import { checkLibrary } from "../auth/library-failure.ts";
import { libraryHeaders } from "../auth/library-headers.ts";
import type { Call } from "../routes/route.ts";
import { addressLimits, limited } from "./limited.ts";
import { checkSite } from "./login.ts";
import { oneTimeLink } from "./one-time-link.ts";

const hours = 24;
const identifier = (secret: string): string => `reset-password:${secret}`;

/** A link by which a user chooses a password: once, within a day. */
export async function passwordLink(
  { logins, clock, publicUrl }: Pick<AppDeps, "logins" | "clock" | "publicUrl">,
  user: User,
): Promise<OneTimeLink> {
  const { internalAdapter } = await (await logins.library(false)).$context;
  const secret = `apr_${randomBytes(24).toString("base64url")}`;
  const expiresAt = new Date(clock().getTime() + hours * 3_600_000);
  await internalAdapter.createVerificationValue({ identifier: identifier(secret), value: user.id, expiresAt });
  return oneTimeLink(publicUrl, "/password-reset", secret, expiresAt.toISOString());
}

/** Sets the password that the holder of a link chooses, and ends every login of the user. */
export async function resetPassword(
  call: Pick<Call, "deps" | "asked">,
  { secret, password }: { secret: string; password: string },
): Promise<void> {
  const { deps, asked } = call;
  checkSite(call);
  await limited(deps.database, addressLimits("reset", asked.client), async () => {
    const library = await deps.logins.library(asked.isHttps);
    const { internalAdapter } = await library.$context;
    const userId = (await internalAdapter.findVerificationValue(identifier(secret)))?.value;
    const response = await library.api.resetPassword({
      body: { token: secret, newPassword: password },
      headers: libraryHeaders(asked),
      asResponse: true,
    });
    await checkLibrary(response);
    if (userId === undefined) throw new AppError("forbidden", "this link is not good, or has been used; ask for another");
    await deps.database.asSystem(async (store) => {
      const user = await store.users.get(userId);
      await store.events.append({
        type: "user.password_changed",
        tenantId: null,
        tenant: null,
        pod: null,
        podId: null,
        actor: `user:${user.id}`,
        source: asked.client,
        result: "ok",
        message: `${user.email} chose a password with a one-time link`,
        data: { user: user.id },
      });
    });
  });
}
