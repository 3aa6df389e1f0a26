import { sql } from "drizzle-orm";
import { boolean, primaryKey, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { operations } from "./operations.ts";
import { tenantPolicies } from "./policies.ts";

/** At most one operation at a time has a pod, whoever began it and whoever may see it. */
export const operationPods = agentpod.table(
  "operation_pods",
  {
    operationId: uuid("operation_id")
      .notNull()
      .references(() => operations.id, { onDelete: "cascade" }),
    ...ofPod(),
    isActive: boolean("is_active").notNull().default(true),
  },
  (t) => [
    primaryKey({ name: "operation_pods_pkey", columns: [t.operationId, t.podId] }),
    uniqueIndex("operation_pods_active").on(t.podId).where(sql`is_active`),
    podReference("operation_pods_pod", t),
    ...tenantPolicies("operation_pods"),
  ],
);
