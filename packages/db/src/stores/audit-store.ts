import { type AuditRow, type ChainHead, genesis, nextSeal } from "@agentpod/core/audit-chain";
import type { AuditStore } from "@agentpod/core/audit-store";
import { AppError } from "@agentpod/core/errors";
import { asc, desc, sql } from "drizzle-orm";
import { eventArchives } from "../schema/event-archives.ts";
import { eventSeals } from "../schema/event-seals.ts";
import { events } from "../schema/events.ts";
import type { Tx } from "../tenant-tx.ts";

/** Key of the advisory lock: one control plane seals at a time. */
const lockKey = 7_204_113_952;

/** The event as it is sealed, as one JSON value: the driver's own dates would lose the microseconds. */
const sealedRow = sql`jsonb_build_object('id', e.id, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'type', e.type, 'tenantId', e.tenant_id, 'tenant', e.tenant, 'pod', e.pod, 'podId', e.pod_id, 'actor', e.actor,
  'source', e.source, 'result', e.result, 'message', e.message, 'data', e.data)`;

const fromHex = (hash: string): Buffer => Buffer.from(hash, "hex");
const toHex = (hash: Buffer): string => hash.toString("hex");

export function auditStore({ db }: Tx): AuditStore {
  const archives = async () => {
    const rows = await db.select().from(eventArchives).orderBy(asc(eventArchives.fromSeq));
    return rows.map(({ previousHash, hash, createdAt, ...row }) => ({
      ...row,
      previousHash: toHex(previousHash),
      hash: toHex(hash),
      createdAt: createdAt.toISOString(),
    }));
  };
  const head = async (): Promise<ChainHead | null> => {
    const [seal] = await db.select({ seq: eventSeals.seq, hash: eventSeals.hash }).from(eventSeals).orderBy(desc(eventSeals.seq)).limit(1);
    if (seal) return { seq: seal.seq, hash: toHex(seal.hash) };
    const [archive] = await db.select().from(eventArchives).orderBy(desc(eventArchives.toSeq)).limit(1);
    return archive ? { seq: archive.toSeq, hash: toHex(archive.hash) } : null;
  };
  /** Place of the last event that is sealed and there. Where nobody tampers, that of the last seal. */
  const sealedUpTo = sql`(select e.xid, e.id from ${eventSeals} s join ${events} e on e.id = s.event_id order by s.seq desc limit 1)`;

  return {
    head,
    archives,
    seal: async (limit, restored) => {
      const lock = await db.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${lockKey}) as taken`);
      if (!lock.rows[0]?.taken) return null;
      const found = await db.execute<{ row: AuditRow }>(sql`
        with last as ${sealedUpTo}
        select ${sealedRow} as row from ${events} e
        where (not exists (select from last) or (e.xid, e.id) > (select xid, id from last) or (${restored} and e.xid = '0'::xid8))
          and e.xid < pg_snapshot_xmin(pg_current_snapshot())
          and not exists (select from ${eventSeals} s where s.event_id = e.id)
        order by e.xid, e.id limit ${limit}`);
      let last = (await head()) ?? genesis;
      const rows = found.rows.map(({ row }) => {
        last = nextSeal(last, row);
        return { seq: last.seq, eventId: row.id, hash: fromHex(last.hash) };
      });
      if (rows.length > 0) await db.insert(eventSeals).values(rows);
      return { sealed: rows.length, head: last };
    },
    links: async (after, limit) => {
      const { rows } = await db.execute<{ seq: string; event: string; hash: Buffer; row: AuditRow | null }>(sql`
        select s.seq, s.event_id as event, s.hash, case when e.id is not null then ${sealedRow} end as row
        from ${eventSeals} s left join ${events} e on e.id = s.event_id
        where s.seq > ${after} order by s.seq limit ${limit}`);
      return rows.map(({ seq, event, hash, row }) => ({ seq: Number(seq), eventId: Number(event), hash: toHex(hash), row }));
    },
    findUnsealed: async () => {
      const { rows } = await db.execute<{ id: string }>(sql`
        with last as ${sealedUpTo}
        select e.id from ${events} e where (e.xid, e.id) < (select xid, id from last)
          and not exists (select from ${eventSeals} s where s.event_id = e.id)
        order by e.xid, e.id limit 1`);
      return rows[0] === undefined ? null : Number(rows[0].id);
    },
    lastBefore: async (before, limit) => {
      // Stops at the first that is too young, so that what is archived is always a beginning of the chain.
      const { rows } = await db.execute<{ seq: string | null }>(sql`
        with oldest as (
          select s.seq, e.at from ${eventSeals} s left join ${events} e on e.id = s.event_id
          where s.seq < (select max(seq) from ${eventSeals}) order by s.seq limit ${limit})
        select max(seq) as seq from oldest
        where seq < coalesce((select min(seq) from oldest where at is null or at >= ${before.toISOString()}::timestamptz), 9223372036854775807)`);
      const seq = rows[0]?.seq ?? null;
      return seq === null ? null : Number(seq);
    },
    archive: async ({ toSeq, file, sha256, bytes }) => {
      try {
        await db.execute(sql`select agentpod.archive_events(${toSeq}, ${file}, ${sha256}, ${bytes})`);
      } catch (cause) {
        const code = (cause as { cause?: { code?: string }; code?: string }).cause?.code ?? (cause as { code?: string }).code;
        if (code !== "P0001") throw cause;
        throw new AppError(
          "conflict",
          "These events cannot be archived: some are gone, younger than a day, or archived already. Run agentpod audit verify.",
          { cause },
        );
      }
    },
  };
}
