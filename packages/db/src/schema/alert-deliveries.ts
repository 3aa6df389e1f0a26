import type { AlertNotice } from "@agentpod/core/alert";
import type { AlertDelivery } from "@agentpod/core/alert-store";
import { bigint, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { alertChannels } from "./alert-channels.ts";
import { alerts } from "./alerts.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** The queue of notices, and what became of them. */
export const alertDeliveries = agentpod.table(
  "alert_deliveries",
  {
    id: uuid("id").primaryKey(),
    /** The order in which a channel is told. */
    seq: bigint("seq", { mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    alertId: uuid("alert_id")
      .notNull()
      .references(() => alerts.id, { onDelete: "cascade" }),
    channelId: uuid("channel_id")
      .notNull()
      .references(() => alertChannels.id, { onDelete: "cascade" }),
    /** The channel's. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    notice: jsonb("notice").$type<AlertNotice>().notNull(),
    attempts: integer("attempts").notNull().default(0),
    state: text("state").$type<AlertDelivery["state"]>().notNull(),
    nextAt: instant("next_at").notNull(),
    /** Nobody else takes it before. */
    leaseUntil: instant("lease_until"),
    error: text("error").notNull().default(""),
    createdAt: instant("created_at").notNull(),
    deliveredAt: instant("delivered_at"),
  },
  (t) => [
    index("alert_deliveries_due").on(t.state, t.nextAt),
    index("alert_deliveries_alert").on(t.alertId, t.channelId, t.seq),
    index("alert_deliveries_channel").on(t.channelId),
    index("alert_deliveries_tenant").on(t.tenantId, t.seq),
    ...tenantPolicies("alert_deliveries"),
  ],
);
