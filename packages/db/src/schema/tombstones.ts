import { boolean, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";

/** Pods that are gone for good: only what has a tombstone may be reaped in a runtime. */
export const tombstones = agentpod.table(
  "tombstones",
  {
    podId: uuid("pod_id").primaryKey(),
    tenantId: tenantId().notNull(),
    tenant: text("tenant").notNull(),
    pod: text("pod").notNull(),
    keepData: boolean("keep_data").notNull(),
    at: instant("at").notNull().defaultNow(),
  },
  () => tenantPolicies("tombstones"),
);
