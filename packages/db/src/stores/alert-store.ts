import { randomUUID } from "node:crypto";
import type { Alert } from "@agentpod/core/alert";
import type { AlertDelivery, AlertStore } from "@agentpod/core/alert-store";
import { and, asc, desc, eq, inArray, lt, ne, sql } from "drizzle-orm";
import { alertChannels } from "../schema/alert-channels.ts";
import { alertDeliveries } from "../schema/alert-deliveries.ts";
import { alerts } from "../schema/alerts.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

/** Key of the advisory lock: one control plane evaluates at a time. */
const lockKey = 7_204_113_953;

export function alertStore({ db, tenants: allowed }: Tx): AlertStore {
  const visible = (column: typeof alerts.tenantId | typeof alertDeliveries.tenantId) =>
    allowed === "*" ? undefined : inArray(column, [...allowed]);
  const deliveries = async (where: Parameters<typeof and>[0], order: ReturnType<typeof asc>, limit: number): Promise<AlertDelivery[]> => {
    const rows = await db
      .select({
        delivery: alertDeliveries,
        channel: alertChannels.name,
        kind: alertChannels.kind,
        language: alertChannels.language,
        tenant: tenants.name,
      })
      .from(alertDeliveries)
      .innerJoin(alertChannels, eq(alertChannels.id, alertDeliveries.channelId))
      .leftJoin(tenants, eq(tenants.id, alertDeliveries.tenantId))
      .where(and(visible(alertDeliveries.tenantId), where))
      .orderBy(order)
      .limit(limit);
    return rows.map(({ delivery: { seq: _, tenantId: __, leaseUntil: ___, nextAt, createdAt, deliveredAt, ...row }, ...names }) => ({
      ...row,
      ...names,
      nextAt: nextAt.toISOString(),
      createdAt: createdAt.toISOString(),
      deliveredAt: deliveredAt?.toISOString() ?? null,
    }));
  };
  return {
    list: async ({ tenant, open }, limit) => {
      const rows = await db
        .select()
        .from(alerts)
        .where(
          and(
            visible(alerts.tenantId),
            tenant === undefined ? undefined : eq(alerts.tenant, tenant),
            open ? ne(alerts.state, "resolved") : undefined,
          ),
        )
        .orderBy(desc(alerts.since))
        .limit(limit);
      return rows.map(alertOf);
    },
    deliveries: ({ tenant }, limit) =>
      deliveries(tenant === undefined ? undefined : eq(tenants.name, tenant), desc(alertDeliveries.seq), limit),
    lockEvaluation: async () => {
      const { rows } = await db.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${lockKey}) as taken`);
      return rows[0]?.taken === true;
    },
    open: async () => (await db.select().from(alerts).where(ne(alerts.state, "resolved"))).map(alertOf),
    save: async (changes) => {
      for (const { alert, is } of changes) {
        if (is === "gone") await db.delete(alerts).where(eq(alerts.id, alert.id));
        else if (is === "new") await db.insert(alerts).values(rowOf(alert));
        else await db.update(alerts).set(rowOf(alert)).where(eq(alerts.id, alert.id));
      }
    },
    queue: async (alert, channels, notice, now) => {
      if (channels.length === 0) return;
      const owners = await db
        .select({ id: alertChannels.id, tenantId: alertChannels.tenantId })
        .from(alertChannels)
        .where(inArray(alertChannels.id, [...channels]));
      const rows = owners.map(({ id: channelId, tenantId }) => {
        const id = randomUUID();
        return {
          id,
          alertId: alert.id,
          channelId,
          tenantId,
          notice: { ...notice, delivery: id },
          state: "queued" as const,
          nextAt: now,
          createdAt: now,
        };
      });
      if (rows.length > 0) await db.insert(alertDeliveries).values(rows);
    },
    claimDue: async (now, seconds, limit) => {
      const until = new Date(now.getTime() + seconds * 1000);
      // Drizzle has no UPDATE … WHERE id IN (SELECT … FOR UPDATE SKIP LOCKED) with an alias for both.
      const { rows } = await db.execute<{ id: string }>(sql`
        update ${alertDeliveries} d set lease_until = ${until.toISOString()}::timestamptz, attempts = d.attempts + 1
        where d.id in (
          select q.id from ${alertDeliveries} q
          where q.state = 'queued' and q.next_at <= ${now.toISOString()}::timestamptz
            and (q.lease_until is null or q.lease_until <= ${now.toISOString()}::timestamptz)
            and not exists (select from ${alertDeliveries} e
              where e.alert_id = q.alert_id and e.channel_id = q.channel_id and e.seq < q.seq and e.state = 'queued')
          order by q.next_at, q.seq limit ${limit} for update skip locked)
        returning d.id`);
      return rows.length === 0
        ? []
        : deliveries(
            inArray(
              alertDeliveries.id,
              rows.map(({ id }) => id),
            ),
            asc(alertDeliveries.seq),
            limit,
          );
    },
    settle: async (id, { state, error, nextAt }, now) => {
      await db
        .update(alertDeliveries)
        .set({ state, error, nextAt, leaseUntil: null, deliveredAt: state === "delivered" ? now : null })
        .where(eq(alertDeliveries.id, id));
    },
    nextDue: async () => {
      const { rows } = await db.execute<{ at: Date | string | null }>(
        sql`select min(greatest(next_at, coalesce(lease_until, next_at))) as at from ${alertDeliveries} where state = 'queued'`,
      );
      const at = rows[0]?.at ?? null;
      return at === null ? null : new Date(at);
    },
    prune: async (before) => {
      await db.delete(alertDeliveries).where(and(ne(alertDeliveries.state, "queued"), lt(alertDeliveries.createdAt, before)));
      await db.delete(alerts).where(and(eq(alerts.state, "resolved"), lt(alerts.resolvedAt, before)));
    },
  };
}

const alertOf = ({ since, firedAt, resolvedAt, quietSince, ...row }: typeof alerts.$inferSelect): Alert => ({
  ...row,
  since: since.toISOString(),
  firedAt: firedAt?.toISOString() ?? null,
  resolvedAt: resolvedAt?.toISOString() ?? null,
  quietSince: quietSince?.toISOString() ?? null,
});

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text));

const rowOf = ({ since, firedAt, resolvedAt, quietSince, ...alert }: Alert): typeof alerts.$inferInsert => ({
  ...alert,
  since: new Date(since),
  firedAt: instant(firedAt),
  resolvedAt: instant(resolvedAt),
  quietSince: instant(quietSince),
});
