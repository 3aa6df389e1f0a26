import type { Certificate } from "@agentpod/core/certificate";
import { index, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt, instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

export const certificates = agentpod.table(
  "certificates",
  {
    id: uuid("id").primaryKey(),
    /** Null: the installation's own. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    names: text("names").array().notNull(),
    /** Of `names`, which together may be too long for an index. */
    namesHash: text("names_hash").notNull(),
    source: text("source").$type<Certificate["source"]>().notNull(),
    /** Null until issued, as all of the next ones. */
    chain: text("chain"),
    /** Which master key encrypted the private key. */
    keyId: text("key_id"),
    ciphertext: bytes("ciphertext"),
    notBefore: instant("not_before"),
    notAfter: instant("not_after"),
    issuer: text("issuer"),
    serial: text("serial"),
    fingerprint: text("fingerprint"),
    challenge: text("challenge").$type<Certificate["challenge"]>(),
    renewAt: instant("renew_at"),
    failures: integer("failures").notNull().default(0),
    nextAttemptAt: instant("next_attempt_at"),
    message: text("message").notNull().default(""),
    fault: text("fault").$type<Certificate["fault"]>(),
    ocspResponse: text("ocsp_response"),
    ocspNextUpdate: instant("ocsp_next_update"),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("certificates_owner_names_source").on(t.tenantId, t.namesHash, t.source).nullsNotDistinct(),
    index("certificates_tenant").on(t.tenantId),
    ...tenantPolicies("certificates"),
  ],
);
