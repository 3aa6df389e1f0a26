import { text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, instant } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** Secrets of the installation itself, sealed by the master key. */
export const platformSecrets = agentpod.table(
  "platform_secrets",
  {
    name: text("name").primaryKey(),
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  () => [systemPolicy("platform_secrets")],
);
