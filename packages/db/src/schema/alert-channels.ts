import type { AlertLanguage, ChannelKind } from "@agentpod/core/alert";
import { text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const alertChannels = agentpod.table(
  "alert_channels",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    kind: text("kind").$type<ChannelKind>().notNull(),
    language: text("language").$type<AlertLanguage>().notNull(),
    target: text("target").notNull(),
    /** Which master key encrypted the configuration, a JSON object. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique("alert_channels_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...tenantPolicies("alert_channels")],
);
