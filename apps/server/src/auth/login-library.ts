import { randomUUID } from "node:crypto";
import type { AccessSettings } from "@agentpod/core/api/access-settings-view";
import type { AuthDatabase } from "@agentpod/db/open-auth-database";
import { betterAuth } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { bearer, genericOAuth, jwt, twoFactor } from "better-auth/plugins";
import { authBase, clientHeader, cookiePrefix, securePrefix, sessionDays } from "./login-library-names.ts";
import { passwordSignIn } from "./password-sign-in.ts";
import type { SignOnProvider } from "./sign-on-provider.ts";

export interface LoginLibraryOptions {
  authDatabase: AuthDatabase;
  /** Signs cookies and encrypts second factors and keys. */
  secret: string;
  /** Where browsers are sent back to. */
  publicUrl: string;
  /** Cookies are for HTTPS alone. */
  isSecure: boolean;
  signOn: readonly SignOnProvider[];
  registration(): Promise<AccessSettings["registration"]>;
}

export type LoginLibrary = ReturnType<typeof loginLibrary>;

/** The library that keeps users' passwords, sessions, second factors, sign-ons and JWTs. What is audited, limited and who may what is ours. */
export function loginLibrary({ authDatabase, secret, publicUrl, isSecure, signOn, registration }: LoginLibraryOptions) {
  return betterAuth({
    appName: "AgentPod",
    baseURL: publicUrl,
    basePath: authBase,
    secret,
    database: drizzleAdapter(authDatabase.db, { provider: "pg", schema: authDatabase.tables }),
    telemetry: { enabled: false },
    // Requests come through our own routes, which count attempts for all control planes together.
    rateLimit: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, minPasswordLength: 10, maxPasswordLength: 128, revokeSessionsOnPasswordReset: true },
    session: { expiresIn: sessionDays * 86_400, updateAge: 86_400 },
    account: { encryptOAuthTokens: true },
    verification: { storeIdentifier: "hashed" },
    user: {
      additionalFields: {
        platformAdmin: { type: "boolean", input: false, required: false },
        disabledAt: { type: "date", input: false, required: false },
      },
    },
    advanced: {
      // By HTTPS a name that browsers take from this very host alone: a pod's page on a sibling name cannot put its own there.
      cookiePrefix: isSecure ? securePrefix : cookiePrefix,
      useSecureCookies: false,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure },
      database: { generateId: () => randomUUID() },
      ipAddress: { ipAddressHeaders: [clientHeader] },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => {
            const user = await context?.context.internalAdapter.findUserById(session.userId);
            if (!user || (user as { disabledAt?: Date | null }).disabledAt)
              throw new APIError("FORBIDDEN", { message: "this user is disabled; ask an admin", code: "USER_DISABLED" });
          },
        },
      },
      user: {
        create: {
          before: async (_user, context) => {
            const policy = await registration();
            const isSignOn = context?.path?.startsWith("/callback") === true;
            if (policy === "open" || (policy === "sign-on" && isSignOn)) return;
            throw new APIError("FORBIDDEN", { message: "registration is closed; ask for an invitation", code: "REGISTRATION_CLOSED" });
          },
        },
      },
    },
    onAPIError: { errorURL: `${publicUrl}/login` },
    plugins: [
      bearer({ requireSignature: true }),
      jwt({
        jwt: {
          issuer: publicUrl,
          audience: publicUrl,
          expirationTime: "15m",
          definePayload: ({ session }) => ({ sid: session.id }),
        },
      }),
      passwordSignIn(),
      twoFactor({ issuer: "AgentPod" }),
      genericOAuth({
        config: signOn.map((provider) => ({
          providerId: provider.id,
          name: provider.name,
          clientId: provider.clientId,
          ...(provider.clientSecret === null ? {} : { clientSecret: provider.clientSecret }),
          discoveryUrl: `${provider.issuer}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          scopes: ["openid", "email", "profile"],
          pkce: true,
        })),
      }),
    ],
  });
}
