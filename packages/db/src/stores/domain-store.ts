import { randomUUID } from "node:crypto";
import { type Domain, isCoveredByDomain } from "@agentpod/core/domain";
import { AppError } from "@agentpod/core/errors";
import { asciiHost } from "@agentpod/core/host-name";
import type { DomainStore } from "@agentpod/core/store";
import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { domains } from "../schema/domains.ts";
import { hostnames } from "../schema/hostnames.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";
import { lockTable } from "./table-version.ts";

/** That no two tenants have domains in each other's way is kept by a trigger of the table. */
export function domainStore(tx: Tx): DomainStore {
  const { db } = tx;
  // Says in the query what the policy says too: then the index on the tenant serves.
  const visible = tx.tenants === "*" ? undefined : inArray(domains.tenantId, [...tx.tenants]);
  const select = async (where: SQL | undefined): Promise<Domain[]> => {
    const rows = await db
      .select({ row: domains, tenant: tenants.name })
      .from(domains)
      .innerJoin(tenants, eq(tenants.id, domains.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(domains.name));
    return rows.map(({ row, tenant }) => domainOf(row, tenant));
  };
  const getById = async (id: string): Promise<Domain> => {
    const [domain] = await select(eq(domains.id, id));
    if (!domain) throw new AppError("not_found", `There is no domain with id ${id}.`);
    return domain;
  };
  const find = async (tenant: string, name: string): Promise<Domain | null> =>
    (await select(and(eq(tenants.name, tenant), eq(domains.name, asciiHost(name) ?? name))))[0] ?? null;

  return {
    insert: async ({ tenantId, name, token }) => {
      const ascii = asciiHost(name);
      if (ascii === null) throw new AppError("invalid", "A domain is a name such as example.com, without a wildcard, port or path.");
      const id = randomUUID();
      await db.insert(domains).values({ id, tenantId, name: ascii, token });
      return getById(id);
    },
    find,
    get: async (tenant, name) => {
      const domain = await find(tenant, name);
      if (!domain) throw new AppError("not_found", `Tenant ${tenant} has no domain ${name}.`);
      return domain;
    },
    list: ({ tenant }) => select(tenant === undefined ? undefined : eq(tenants.name, tenant)),
    holdVerified: async (tenantId) => {
      const held = and(eq(domains.tenantId, tenantId), eq(domains.state, "verified"));
      await db.select({ id: domains.id }).from(domains).where(held).orderBy(asc(domains.id)).for("key share");
      return select(held);
    },
    markVerified: async (id, method) => {
      await db
        .update(domains)
        .set({ state: "verified", method, message: "", checkedAt: sql`now()`, verifiedAt: sql`coalesce(${domains.verifiedAt}, now())` })
        .where(eq(domains.id, id));
      return getById(id);
    },
    noteCheck: async (id, message) => {
      await db.update(domains).set({ message, checkedAt: sql`now()` }).where(eq(domains.id, id));
    },
    delete: async (id) => {
      // Before the table, as writers of routes do: whoever holds it may be about to route one of its hosts.
      await db.select({ id: domains.id }).from(domains).where(eq(domains.id, id)).for("update");
      // Hosts are claimed under this lock: none appears between the look and the end of the transaction.
      await lockTable(tx);
      const domain = await getById(id);
      const others = (await select(eq(domains.tenantId, domain.tenantId))).filter((d) => d.id !== id);
      const hosts = await db.select({ host: hostnames.host }).from(hostnames).where(eq(hostnames.tenantId, domain.tenantId));
      const routed = hosts.find(({ host }) => isCoveredByDomain(host, domain) && !others.some((other) => isCoveredByDomain(host, other)));
      if (routed)
        throw new AppError(
          "conflict",
          `The host ${routed.host} of ${domain.name} is still routed: take it off its route first, then remove the domain.`,
        );
      await db.delete(domains).where(eq(domains.id, id));
    },
  };
}

const domainOf = ({ checkedAt, verifiedAt, createdAt, ...row }: typeof domains.$inferSelect, tenant: string): Domain => ({
  ...row,
  tenant,
  checkedAt: checkedAt?.toISOString() ?? null,
  verifiedAt: verifiedAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});
