import { type SQL, sql } from "drizzle-orm";
import { pgPolicy } from "drizzle-orm/pg-core";
import { appRole, systemRole } from "./agentpod.ts";

/** True in a transaction that may see every tenant. A sub-select, so that it is evaluated once per query, not per row. */
export const everyTenant = sql`(select agentpod.all_tenants())`;

/** Rows whose `column` is one of the transaction's tenants; a null column belongs to no tenant and is seen by "every tenant" alone. */
export const tenantIn = (column: string): SQL =>
  sql.raw(`(select agentpod.all_tenants()) or ${column} = any ((select agentpod.allowed_tenants())::uuid[])`);

/** The two policies of a tenant-owned table: the app role is held to its tenants, the system role sees all rows. */
export function tenantPolicies(table: string, column = "tenant_id") {
  return [pgPolicy(`${table}_app`, { to: appRole, for: "all", using: tenantIn(column), withCheck: tenantIn(column) }), systemPolicy(table)];
}

/** As `tenantPolicies`, and rows of no tenant (the system's own) may be read by all. */
export function sharedPolicies(table: string) {
  return [...tenantPolicies(table), pgPolicy(`${table}_shared`, { to: appRole, for: "select", using: sql`tenant_id is null` })];
}

export function systemPolicy(table: string) {
  return pgPolicy(`${table}_system`, { to: systemRole, for: "all", using: sql`true`, withCheck: sql`true` });
}
