import { boolean, index, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

/** What a browser got with a hand-over link: the way of an agent's user to see its status and to reset its access. */
export const customerAccesses = agentpod.table(
  "customer_accesses",
  {
    id: uuid("id").notNull(),
    ...ofPod(),
    /** SHA-256 of the secret, hex. */
    secretHash: text("secret_hash").notNull().unique("customer_accesses_secret_hash"),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    lastUsedAt: instant("last_used_at"),
    /** Its holder has reset the access, and may enter once. */
    mayEnter: boolean("may_enter").notNull().default(false),
  },
  (t) => [
    primaryKey({ name: "customer_accesses_pkey", columns: [t.id] }),
    index("customer_accesses_pod_idx").on(t.podId),
    podReference("customer_accesses_pod", t),
    ...tenantPolicies("customer_accesses"),
  ],
);
