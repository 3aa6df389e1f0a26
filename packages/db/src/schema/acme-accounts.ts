import { text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** Accounts at certificate authorities; for the system role alone. */
export const acmeAccounts = agentpod.table(
  "acme_accounts",
  {
    directory: text("directory").primaryKey(),
    /** Null until the authority has registered it. */
    url: text("url"),
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  () => [systemPolicy("acme_accounts")],
);
