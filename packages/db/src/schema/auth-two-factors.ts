import { boolean, integer, text, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { authUsers } from "./auth-users.ts";
import { instant } from "./columns.ts";

export const authTwoFactors = authSchema.table("two_factors", {
  id: uuid("id").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .unique("two_factors_user")
    .references(() => authUsers.id, { onDelete: "cascade" }),
  /** Encrypted, as the backup codes are. */
  secret: text("secret").notNull(),
  backupCodes: text("backup_codes").notNull(),
  verified: boolean("verified").default(true),
  failedVerificationCount: integer("failed_verification_count").default(0),
  lockedUntil: instant("locked_until"),
});
