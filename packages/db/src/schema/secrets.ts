import { bigint, primaryKey, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, instant } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

export const secrets = agentpod.table(
  "secrets",
  {
    ...ofPod(),
    name: text("name").notNull(),
    /** From one sequence for all: a name that was deleted and put again never shows an old revision. */
    revision: bigint("revision", { mode: "number" }).notNull(),
    /** Which master key it was encrypted with. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    /** Digest of a value that one pod alone may hold; null: any may. */
    soleMark: text("sole_mark").unique("secrets_sole_mark"),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: "secrets_pkey", columns: [t.podId, t.name] }), podReference("secrets_pod", t), ...tenantPolicies("secrets")],
);

export const secretRevision = agentpod.sequence("secret_revision");
