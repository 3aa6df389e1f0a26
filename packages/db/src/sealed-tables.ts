import type { SealContext } from "./secret-box.ts";

type Row = Record<string, string | null>;

/** A table with values that the master key seals, in columns `key_id` and `ciphertext`. */
export interface SealedTable {
  table: string;
  /** Columns that `context` reads, the primary key among them. */
  columns: readonly string[];
  primaryKey: readonly string[];
  context(row: Row): SealContext;
}

/** All of them: whoever adds one to the schema adds it here, or it is lost with the next change of the master key. */
export const sealedTables: readonly SealedTable[] = [
  {
    table: "secrets",
    columns: ["pod_id", "name"],
    primaryKey: ["pod_id", "name"],
    context: (row) => ({ pod: row.pod_id ?? "", name: row.name ?? "" }),
  },
  {
    table: "certificates",
    columns: ["id", "tenant_id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "certificate", tenant: row.tenant_id ?? null, id: row.id ?? "" }),
  },
  {
    table: "dns_providers",
    columns: ["id", "tenant_id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "dns provider", tenant: row.tenant_id ?? null, id: row.id ?? "" }),
  },
  {
    table: "alert_channels",
    columns: ["id", "tenant_id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "alert channel", tenant: row.tenant_id ?? null, id: row.id ?? "" }),
  },
  {
    table: "llm_providers",
    columns: ["id", "tenant_id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "llm provider", tenant: row.tenant_id ?? null, id: row.id ?? "" }),
  },
  {
    table: "backup_targets",
    columns: ["id", "tenant_id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "backup target", tenant: row.tenant_id ?? null, id: row.id ?? "" }),
  },
  {
    table: "adoptions",
    columns: ["pod_id"],
    primaryKey: ["pod_id"],
    context: (row) => ({ of: "adopted container", id: row.pod_id ?? "" }),
  },
  {
    table: "deployments",
    columns: ["id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "deployment", id: row.id ?? "" }),
  },
  {
    table: "deployment_hooks",
    columns: ["id"],
    primaryKey: ["id"],
    context: (row) => ({ of: "deployment hook", id: row.id ?? "" }),
  },
  {
    table: "acme_accounts",
    columns: ["directory"],
    primaryKey: ["directory"],
    context: (row) => ({ of: "acme account", directory: row.directory ?? "" }),
  },
  {
    table: "authorities",
    columns: ["name"],
    primaryKey: ["name"],
    context: (row) => ({ of: "authority", name: row.name ?? "" }),
  },
  {
    table: "platform_secrets",
    columns: ["name"],
    primaryKey: ["name"],
    context: (row) => ({ of: "platform secret", name: row.name ?? "" }),
  },
];
