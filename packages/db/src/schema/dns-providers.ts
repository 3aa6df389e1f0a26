import type { DnsProviderKind } from "@agentpod/core/certificate";
import { text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const dnsProviders = agentpod.table(
  "dns_providers",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    kind: text("kind").$type<DnsProviderKind>().notNull(),
    zones: text("zones").array().notNull(),
    /** Which master key encrypted the credentials, a JSON object. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  (t) => [unique("dns_providers_tenant_name").on(t.tenantId, t.name).nullsNotDistinct(), ...tenantPolicies("dns_providers")],
);
