import { text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** The installation's own certificate authorities, today one: `local`. For the system role alone. */
export const authorities = agentpod.table(
  "authorities",
  {
    name: text("name").primaryKey(),
    /** PEM. */
    certificate: text("certificate").notNull(),
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  () => [systemPolicy("authorities")],
);
