import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { z } from "zod";

/** The same for every way in which it can be wrong. */
const refused = () => new APIError("UNAUTHORIZED", { message: "wrong", code: "INVALID_EMAIL_OR_PASSWORD" });

/**
 * The library's login by email address and password for addresses that it does not take, such as admin@localhost. At this
 * path, for there its second factor looks, too.
 */
export const passwordSignIn = () =>
  ({
    id: "password-sign-in",
    endpoints: {
      signInPassword: createAuthEndpoint(
        "/sign-in/username",
        { method: "POST", body: z.object({ email: z.string(), password: z.string() }) },
        async (context) => {
          const { email, password } = context.body;
          const { internalAdapter, password: hashing } = context.context;
          const found = await internalAdapter.findUserByEmail(email.toLowerCase(), { includeAccounts: true });
          const kept = found?.accounts.find((account) => account.providerId === "credential")?.password;
          if (!found || !kept) {
            // As slow as where there is one.
            await hashing.hash(password);
            throw refused();
          }
          if (!(await hashing.verify({ hash: kept, password }))) throw refused();
          const session = await internalAdapter.createSession(found.user.id);
          await setSessionCookie(context, { session, user: found.user });
          return context.json({ token: session.token });
        },
      ),
    },
  }) satisfies BetterAuthPlugin;
