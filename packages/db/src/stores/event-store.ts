import { AppError } from "@agentpod/core/errors";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter, EventStore } from "@agentpod/core/store";
import { and, asc, desc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { events } from "../schema/events.ts";
import type { Tx } from "../tenant-tx.ts";

export function eventStore({ db, tenants }: Tx): EventStore {
  // Says in the query what the policy says too: then the index on the tenant serves.
  const visible = tenants === "*" ? undefined : inArray(events.tenantId, [...tenants]);
  return {
    append: async (e) => {
      // Written out: place and time of an event are the database's, and no role may write those columns.
      await db.execute(sql`
        insert into ${events} (type, tenant_id, tenant, pod, pod_id, actor, source, result, message, data)
        values (${e.type}, ${e.tenantId}, ${e.tenant}, ${e.pod}, ${e.podId}, ${e.actor}, ${e.source}, ${e.result}, ${e.message},
                ${JSON.stringify(e.data)}::jsonb)`);
    },
    after: async (cursor, filter, limit) => {
      const rows = await db
        .select()
        .from(events)
        .where(
          and(
            visible,
            matching(filter),
            cursor === null ? undefined : sql`(${events.xid}, ${events.id}) > ${placeOf(cursor)}`,
            // Anything from here on may still be preceded by a transaction that has not committed.
            sql`${events.xid} < pg_snapshot_xmin(pg_current_snapshot())`,
          ),
        )
        .orderBy(asc(events.xid), asc(events.id))
        .limit(limit);
      return rows.map(eventOf);
    },
    position: async () => {
      // The last id that the transaction before the oldest open one could have.
      const { rows } = await db.execute<{ cursor: string }>(
        sql`select (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text || '-999999999999999999' as cursor`,
      );
      return (rows[0] as (typeof rows)[0]).cursor;
    },
    latest: async (filter, limit, before) => {
      const rows = await db
        .select()
        .from(events)
        .where(and(visible, matching(filter), before === undefined ? undefined : sql`(${events.xid}, ${events.id}) < ${placeOf(before)}`))
        .orderBy(desc(events.xid), desc(events.id))
        .limit(limit);
      return rows.map(eventOf);
    },
  };
}

function matching({ tenant, pod, actor, type, source, result, from, to, text }: EventFilter) {
  return and(
    tenant === undefined ? undefined : eq(events.tenant, tenant),
    pod === undefined ? undefined : eq(events.pod, pod),
    actor === undefined ? undefined : eq(events.actor, actor),
    type === undefined ? undefined : type.endsWith("*") ? sql`starts_with(${events.type}, ${type.slice(0, -1)})` : eq(events.type, type),
    source === undefined ? undefined : eq(events.source, source),
    result === undefined ? undefined : eq(events.result, result),
    from === undefined ? undefined : gte(events.at, new Date(from)),
    to === undefined ? undefined : lt(events.at, new Date(to)),
    text === undefined ? undefined : sql`position(lower(${text}) in lower(${events.message})) > 0`,
  );
}

function placeOf(cursor: string) {
  const [, xid, id] = /^(\d{1,19})-(\d{1,18})$/.exec(cursor) ?? [];
  if (xid === undefined || id === undefined)
    throw new AppError("invalid", "An event cursor looks like 1234-56: give one that came with an event, or none.");
  // A cursor ahead of all transactions is from before a restore; `migrate` has given those events transaction 0, ids are the same.
  return sql`(case when ${xid}::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) then '0'::xid8 else ${xid}::xid8 end, ${id}::bigint)`;
}

const eventOf = ({ xid, id, at, tenantId: _, ...row }: typeof events.$inferSelect): AgentPodEvent => ({
  cursor: `${xid}-${id}`,
  at: at.toISOString(),
  ...row,
});
