import { index, text, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { createdAt, instant } from "./columns.ts";

/** Things that are good once and for a while: links to a new password, second steps of a login, ways through a provider. */
export const authVerifications = authSchema.table(
  "verifications",
  {
    id: uuid("id").primaryKey(),
    /** Hashed. */
    identifier: text("identifier").notNull(),
    value: text("value").notNull(),
    expiresAt: instant("expires_at").notNull(),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [index("verifications_identifier").on(t.identifier)],
);
