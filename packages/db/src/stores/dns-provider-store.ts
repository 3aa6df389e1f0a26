import { randomUUID } from "node:crypto";
import type { DnsProvider } from "@agentpod/core/certificate";
import { AppError } from "@agentpod/core/errors";
import type { DnsProviderStore } from "@agentpod/core/store";
import { and, asc, eq, inArray, isNull, type SQL } from "drizzle-orm";
import { dnsProviders } from "../schema/dns-providers.ts";
import { tenants } from "../schema/tenants.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without the sealed credentials, which the app role may not read. */
const columns = {
  id: dnsProviders.id,
  tenantId: dnsProviders.tenantId,
  tenant: tenants.name,
  name: dnsProviders.name,
  kind: dnsProviders.kind,
  zones: dnsProviders.zones,
  createdAt: dnsProviders.createdAt,
};

export function dnsProviderStore({ db, tenants: allowed }: Tx, box: SecretBox): DnsProviderStore {
  const visible = allowed === "*" ? undefined : inArray(dnsProviders.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<DnsProvider[]> => {
    const rows = await db
      .select(columns)
      .from(dnsProviders)
      .leftJoin(tenants, eq(tenants.id, dnsProviders.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(dnsProviders.name));
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  };
  const get = async (tenant: string | null, name: string): Promise<DnsProvider> => {
    const owner = tenant === null ? isNull(dnsProviders.tenantId) : eq(tenants.name, tenant);
    const [provider] = await select(and(owner, eq(dnsProviders.name, name)));
    if (!provider)
      throw new AppError("not_found", `${tenant === null ? "The installation" : `Tenant ${tenant}`} has no DNS provider ${name}.`);
    return provider;
  };

  return {
    insert: async ({ tenantId, name, kind, zones, credentials }) => {
      const id = randomUUID();
      const sealed = box.seal({ of: "dns provider", tenant: tenantId, id }, JSON.stringify(credentials));
      await db.insert(dnsProviders).values({ id, tenantId, name, kind, zones: [...zones], ...sealed });
      const [provider] = await select(eq(dnsProviders.id, id));
      if (!provider) throw new AppError("internal", "The DNS provider was not stored.");
      return provider;
    },
    list: ({ tenant }) =>
      select(tenant === null ? isNull(dnsProviders.tenantId) : tenant === undefined ? undefined : eq(tenants.name, tenant)),
    get,
    reveal: async (id) => {
      const [row] = await db
        .select({ tenant: dnsProviders.tenantId, keyId: dnsProviders.keyId, ciphertext: dnsProviders.ciphertext })
        .from(dnsProviders)
        .where(eq(dnsProviders.id, id));
      if (!row) throw new AppError("not_found", `There is no DNS provider with id ${id}.`);
      return JSON.parse(box.open({ of: "dns provider", tenant: row.tenant, id }, row)) as Record<string, string>;
    },
    delete: async (id) => {
      await db.delete(dnsProviders).where(eq(dnsProviders.id, id));
    },
  };
}
