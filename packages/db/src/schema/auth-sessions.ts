import { index, text, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { authUsers } from "./auth-users.ts";
import { createdAt, instant } from "./columns.ts";

export const authSessions = authSchema.table(
  "sessions",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => authUsers.id, { onDelete: "cascade" }),
    /** Alone it opens nothing: cookies and bearer tokens carry it signed. */
    token: text("token").notNull().unique("sessions_token"),
    expiresAt: instant("expires_at").notNull(),
    ipAddress: text("ip_address"),
    userAgent: text("user_agent"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [index("sessions_user").on(t.userId)],
);
