import { boolean, text, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { createdAt, instant } from "./columns.ts";

export const authUsers = authSchema.table("users", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  /** Lower case. */
  email: text("email").notNull().unique("users_email"),
  emailVerified: boolean("email_verified").notNull().default(false),
  image: text("image"),
  createdAt: createdAt(),
  updatedAt: instant("updated_at").notNull().defaultNow(),
  twoFactorEnabled: boolean("two_factor_enabled").notNull().default(false),
  /** May do everything, in every tenant. */
  platformAdmin: boolean("platform_admin").notNull().default(false),
  /** Null: may log in. */
  disabledAt: instant("disabled_at"),
  lastLoginAt: instant("last_login_at"),
});
