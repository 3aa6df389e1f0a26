import { text, unique, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { authUsers } from "./auth-users.ts";
import { createdAt, instant } from "./columns.ts";

/** How a user proves who they are: `credential` is a password, else a sign-on provider. */
export const authAccounts = authSchema.table(
  "accounts",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => authUsers.id, { onDelete: "cascade" }),
    providerId: text("provider_id").notNull(),
    /** The user's id at the provider; their own for a password. */
    accountId: text("account_id").notNull(),
    /** scrypt; null where a provider vouches. */
    password: text("password"),
    accessToken: text("access_token"),
    refreshToken: text("refresh_token"),
    idToken: text("id_token"),
    accessTokenExpiresAt: instant("access_token_expires_at"),
    refreshTokenExpiresAt: instant("refresh_token_expires_at"),
    scope: text("scope"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [unique("accounts_provider_account").on(t.providerId, t.accountId), unique("accounts_user_provider").on(t.userId, t.providerId)],
);
