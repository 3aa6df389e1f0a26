import { text, uuid } from "drizzle-orm/pg-core";
import { authSchema } from "./auth-schema.ts";
import { createdAt, instant } from "./columns.ts";

/** Keys that sign JWTs. */
export const authSigningKeys = authSchema.table("signing_keys", {
  id: uuid("id").primaryKey(),
  publicKey: text("public_key").notNull(),
  /** Encrypted. */
  privateKey: text("private_key").notNull(),
  alg: text("alg"),
  crv: text("crv"),
  createdAt: createdAt(),
  expiresAt: instant("expires_at"),
});
