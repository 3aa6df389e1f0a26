import type { DeploymentHook, DeploymentHookStore, HookDelivery, HookSecrets } from "@agentpod/core/deployment-hook";
import { AppError } from "@agentpod/core/errors";
import { and, asc, desc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { deploymentHooks } from "../schema/deployment-hooks.ts";
import { hookDeliveries } from "../schema/hook-deliveries.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** So many deliveries of a hook are kept: shown, and known again. */
const mostDeliveries = 200;

/** Without what is sealed, which the app role may not read. */
const { keyId: _key, ciphertext: _sealed, ...columns } = getTableColumns(deploymentHooks);
const { seq: _seq, digest: _digest, tenantId: _tenant, ...deliveryColumns } = getTableColumns(hookDeliveries);

export function deploymentHookStore({ db, tenants: allowed }: Tx, box: SecretBox): DeploymentHookStore {
  const visible = allowed === "*" ? undefined : inArray(deploymentHooks.tenantId, [...allowed]);
  const ofApplication = (tenantId: string, name: string) => and(eq(deploymentHooks.tenantId, tenantId), eq(deploymentHooks.name, name));
  const select = async (where: SQL | undefined): Promise<DeploymentHook[]> => {
    const rows = await db.select(columns).from(deploymentHooks).where(and(visible, where)).orderBy(asc(deploymentHooks.createdAt));
    return rows.map(({ createdAt, refusedAt, ...row }) => ({
      ...row,
      createdAt: createdAt.toISOString(),
      refusedAt: refusedAt?.toISOString() ?? null,
    }));
  };
  const get = async (tenantId: string, name: string, id: string): Promise<DeploymentHook> => {
    const [found] = await select(and(ofApplication(tenantId, name), eq(deploymentHooks.id, id)));
    if (!found) throw new AppError("not_found", `${name} has no hook ${id}.`);
    return found;
  };
  return {
    insert: async (hook, secrets) => {
      await db.insert(deploymentHooks).values({ ...hook, ...box.seal({ of: "deployment hook", id: hook.id }, JSON.stringify(secrets)) });
      return get(hook.tenantId, hook.name, hook.id);
    },
    list: (tenantId, name) => select(ofApplication(tenantId, name)),
    get,
    delete: async (tenantId, name, id) => {
      await get(tenantId, name, id);
      await db.delete(deploymentHooks).where(eq(deploymentHooks.id, id));
    },
    deliveries: async (hookId, limit) => {
      const rows = await db
        .select(deliveryColumns)
        .from(hookDeliveries)
        .where(eq(hookDeliveries.hookId, hookId))
        .orderBy(desc(hookDeliveries.seq))
        .limit(limit);
      return rows.map(deliveryOf);
    },
    open: async (id) => {
      const [hook] = await select(eq(deploymentHooks.id, id));
      const [row] = await db
        .select({ keyId: deploymentHooks.keyId, ciphertext: deploymentHooks.ciphertext })
        .from(deploymentHooks)
        .where(eq(deploymentHooks.id, id));
      if (!hook || !row) return null;
      return { hook, secrets: JSON.parse(box.open({ of: "deployment hook", id }, row)) as HookSecrets };
    },
    markRefused: async (id) => {
      await db.update(deploymentHooks).set({ refusedAt: sql`now()` }).where(eq(deploymentHooks.id, id));
    },
    insertDelivery: async (delivery, tenantId, digest) => {
      const [row] = await db
        .insert(hookDeliveries)
        .values({ ...delivery, tenantId, digest })
        .onConflictDoNothing()
        .returning(deliveryColumns);
      if (!row) return null;
      await db.execute(sql`delete from ${hookDeliveries} where hook_id = ${delivery.hookId} and seq <= (
        select seq from ${hookDeliveries} where hook_id = ${delivery.hookId} order by seq desc offset ${mostDeliveries} limit 1)`);
      return deliveryOf(row);
    },
    updateDelivery: async (id, change) => {
      await db.update(hookDeliveries).set(change).where(eq(hookDeliveries.id, id));
    },
    findDelivery: async (id) => {
      const [row] = await db.select(deliveryColumns).from(hookDeliveries).where(eq(hookDeliveries.id, id));
      return row ? deliveryOf(row) : null;
    },
    deleteAll: async (tenantId, name) => {
      await db.delete(deploymentHooks).where(ofApplication(tenantId, name));
    },
  };
}

const deliveryOf = (row: Omit<HookDelivery, "at"> & { at: Date }): HookDelivery => ({ ...row, at: row.at.toISOString() });
