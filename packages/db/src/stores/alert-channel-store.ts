import { randomUUID } from "node:crypto";
import type { AlertChannel } from "@agentpod/core/alert";
import type { AlertChannelStore } from "@agentpod/core/alert-store";
import { AppError } from "@agentpod/core/errors";
import { and, asc, eq, inArray, isNull, type SQL } from "drizzle-orm";
import { alertChannels } from "../schema/alert-channels.ts";
import { tenants } from "../schema/tenants.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without the sealed configuration, which the app role may not read. */
const columns = {
  id: alertChannels.id,
  tenantId: alertChannels.tenantId,
  tenant: tenants.name,
  name: alertChannels.name,
  kind: alertChannels.kind,
  language: alertChannels.language,
  target: alertChannels.target,
  createdAt: alertChannels.createdAt,
};

export function alertChannelStore({ db, tenants: allowed }: Tx, box: SecretBox): AlertChannelStore {
  const visible = allowed === "*" ? undefined : inArray(alertChannels.tenantId, [...allowed]);
  const select = async (where: SQL | undefined): Promise<AlertChannel[]> => {
    const rows = await db
      .select(columns)
      .from(alertChannels)
      .leftJoin(tenants, eq(tenants.id, alertChannels.tenantId))
      .where(and(visible, where))
      .orderBy(asc(tenants.name), asc(alertChannels.name));
    return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
  };
  const ofOwner = (tenant: string | null) => (tenant === null ? isNull(alertChannels.tenantId) : eq(tenants.name, tenant));
  return {
    insert: async ({ config, ...channel }) => {
      const id = randomUUID();
      const sealed = box.seal({ of: "alert channel", tenant: channel.tenantId, id }, JSON.stringify(config));
      await db.insert(alertChannels).values({ id, ...channel, ...sealed });
      const [stored] = await select(eq(alertChannels.id, id));
      if (!stored) throw new AppError("internal", "The alert channel was not stored.");
      return stored;
    },
    list: ({ tenant }) => select(tenant === undefined ? undefined : ofOwner(tenant)),
    get: async (tenant, name) => {
      const [channel] = await select(and(ofOwner(tenant), eq(alertChannels.name, name)));
      if (!channel)
        throw new AppError("not_found", `${tenant === null ? "The installation" : `Tenant ${tenant}`} has no alert channel ${name}.`);
      return channel;
    },
    reveal: async (id) => {
      const [row] = await db
        .select({ tenant: alertChannels.tenantId, keyId: alertChannels.keyId, ciphertext: alertChannels.ciphertext })
        .from(alertChannels)
        .where(eq(alertChannels.id, id));
      if (!row) throw new AppError("not_found", `There is no alert channel with id ${id}.`);
      return JSON.parse(box.open({ of: "alert channel", tenant: row.tenant, id }, row));
    },
    delete: async (id) => {
      await db.delete(alertChannels).where(eq(alertChannels.id, id));
    },
  };
}
