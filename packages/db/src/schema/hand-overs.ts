import { primaryKey, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

/** The link by which a pod's agent is handed to its user: a pod has one at a time, the newest. */
export const handOvers = agentpod.table(
  "hand_overs",
  {
    ...ofPod(),
    /** SHA-256 of the secret, hex. */
    secretHash: text("secret_hash").notNull().unique("hand_overs_secret_hash"),
    /** Actor. */
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
  },
  (t) => [primaryKey({ name: "hand_overs_pkey", columns: [t.podId] }), podReference("hand_overs_pod", t), ...tenantPolicies("hand_overs")],
);
