import { doublePrecision, integer, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

const figure = (name: string) => doublePrecision(name);

/** Rings of samples: a row is written over when its slot comes round again, so the table does not grow and nothing is deleted. */
export const metrics = agentpod.table(
  "metrics",
  {
    /** Pod id, `machine` or `agentpod`. No foreign key: written for many pods at once, some of which may just be going. */
    subject: text("subject").notNull(),
    tier: smallint("tier").notNull(),
    slot: integer("slot").notNull(),
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    /** Begin of the step. */
    at: instant("at").notNull(),
    cpuCores: figure("cpu_cores"),
    cpuCoresMax: figure("cpu_cores_max"),
    memoryBytes: figure("memory_bytes"),
    memoryBytesMax: figure("memory_bytes_max"),
    memoryLimitBytes: figure("memory_limit_bytes"),
    networkInBytes: figure("network_in_bytes"),
    networkOutBytes: figure("network_out_bytes"),
    diskReadBytes: figure("disk_read_bytes"),
    diskWriteBytes: figure("disk_write_bytes"),
    diskUsedBytes: figure("disk_used_bytes"),
    diskTotalBytes: figure("disk_total_bytes"),
    connections: figure("connections"),
  },
  (t) => [primaryKey({ name: "metrics_pkey", columns: [t.subject, t.tier, t.slot] }), ...tenantPolicies("metrics")],
);
