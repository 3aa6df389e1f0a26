import type { OperationHold, OperationStore, StepOutcome } from "@agentpod/core/operation-store";
import { and, eq, inArray, lt, sql } from "drizzle-orm";
import { operationPods } from "../schema/operation-pods.ts";
import { operationSteps } from "../schema/operation-steps.ts";
import { operations } from "../schema/operations.ts";
import type { Tx } from "../tenant-tx.ts";
import { operationOf } from "./operation-row.ts";

type RunStore = Omit<OperationStore, "insert" | "get" | "list" | "steps" | "cancel">;

/** Key of the advisory lock: one control plane at a time takes from the queue. */
const lockKey = 7_204_113_957;
const lease = (seconds: number) => sql`clock_timestamp() + make_interval(secs => ${seconds}::float8)`;

/** What who runs operations asks. Times are the database's, so that the clocks of several control planes do not matter. */
export function operationRunStore({ db }: Tx): RunStore {
  /** Keeps others from taking it over until the transaction ends; false: one has. */
  const holds = async ({ id, owner, epoch }: OperationHold): Promise<boolean> => {
    const { rows } = await db.execute(sql`
      select 1 from ${operations} where id = ${id} and lease_owner = ${owner} and lease_epoch = ${epoch} and state = 'running' for update`);
    return rows.length > 0;
  };
  const ofStep = (id: string, seq: number) => and(eq(operationSteps.operationId, id), eq(operationSteps.seq, seq));
  const letGo = async (ids: readonly string[]) => {
    await db
      .update(operationPods)
      .set({ isActive: false })
      .where(inArray(operationPods.operationId, [...ids]));
    await db
      .update(operationSteps)
      .set({ state: "failed", endedAt: sql`clock_timestamp()` })
      .where(and(inArray(operationSteps.operationId, [...ids]), eq(operationSteps.state, "running")));
  };
  return {
    claim: async (owner, mine, atOnce, seconds) => {
      await db.execute(sql`select pg_advisory_xact_lock(${lockKey})`);
      const kinds = Object.keys(atOnce);
      const lost = await db.execute<{ id: string }>(sql`
        update ${operations} set lease_owner = ${owner}, lease_until = ${lease(seconds)}
        where state = 'running' and kind = any (${textArray(kinds)}) and not id = any (${uuidArray(mine)})
          and (lease_until is null or lease_until <= clock_timestamp() or lease_owner = ${owner})
        returning id`);
      const fresh = await db.execute<{ id: string }>(sql`
        update ${operations} set state = 'running', started_at = now(), lease_owner = ${owner}, lease_until = ${lease(seconds)}
        where id in (
          select q.id from (
            select id, kind, row_number() over (partition by kind order by seq) as place from ${operations}
            where state = 'queued' and kind = any (${textArray(kinds)})) q
          where q.place <= coalesce((${JSON.stringify(atOnce)}::jsonb ->> q.kind)::int, 0)
            - (select count(*) from ${operations} r where r.state = 'running' and r.kind = q.kind))
        returning id`);
      const ids = (found: { rows: { id: string }[] }) => found.rows.map(({ id }) => id);
      return { fresh: ids(fresh), lost: ids(lost) };
    },
    take: async (id, owner, seconds) => {
      const [row] = await db
        .update(operations)
        .set({
          leaseOwner: owner,
          leaseUntil: lease(seconds),
          leaseEpoch: sql`${operations.leaseEpoch} + 1`,
          attempts: sql`${operations.attempts} + 1`,
        })
        .where(and(eq(operations.id, id), eq(operations.state, "running")))
        .returning();
      return row ? { operation: operationOf(row, null), epoch: row.leaseEpoch, attempts: row.attempts } : null;
    },
    renew: async (owner, ids, seconds) => {
      if (ids.length === 0) return [];
      return db
        .update(operations)
        .set({ leaseUntil: lease(seconds) })
        .where(and(inArray(operations.id, [...ids]), eq(operations.leaseOwner, owner), eq(operations.state, "running")))
        .returning({ id: operations.id, isCancelled: sql<boolean>`${operations.cancelledBy} is not null` });
    },
    release: async (owner, ids) => {
      if (ids.length === 0) return;
      await db
        .update(operations)
        .set({ leaseUntil: null })
        .where(and(inArray(operations.id, [...ids]), eq(operations.leaseOwner, owner), eq(operations.state, "running")));
    },
    beginStep: async (hold, { seq, name, subject, message }) => {
      if (!(await holds(hold))) return null;
      const { rows } = await db.execute<{
        outcome: StepOutcome | null;
        cancelled: boolean;
        started_at: Date | string;
        is_new: boolean;
      }>(sql`
        insert into ${operationSteps} as s (operation_id, tenant_id, seq, name, subject, state, message)
        select id, tenant_id, ${seq}::int, ${name}, ${subject}::text, 'running', ${message} from ${operations} where id = ${hold.id}
        on conflict (operation_id, seq) do update set name = excluded.name
        returning s.outcome, s.started_at, xmax = 0 as is_new,
          (select cancelled_by is not null from ${operations} where id = ${hold.id}) as cancelled`);
      const row = rows[0] as (typeof rows)[0];
      const startedAt = new Date(row.started_at).toISOString();
      return { outcome: row.outcome, isCancelled: row.cancelled, startedAt, isNew: row.is_new };
    },
    saySo: async (hold, seq, message) => {
      if (!(await holds(hold))) return false;
      await db.update(operationSteps).set({ message }).where(ofStep(hold.id, seq));
      return true;
    },
    endStep: async (hold, seq, outcome, message) => {
      if (!(await holds(hold))) return false;
      const state = outcome.is === "done" ? "succeeded" : outcome.is;
      await db
        .update(operationSteps)
        .set({ state, outcome, endedAt: sql`clock_timestamp()`, ...(message === null ? {} : { message }) })
        .where(ofStep(hold.id, seq));
      await db.update(operations).set({ attempts: 0 }).where(eq(operations.id, hold.id));
      return true;
    },
    finish: async (hold, end) => {
      if (!(await holds(hold))) return false;
      await db
        .update(operations)
        .set({ ...end, endedAt: sql`clock_timestamp()`, leaseOwner: null, leaseUntil: null })
        .where(eq(operations.id, hold.id));
      await letGo([hold.id]);
      return true;
    },
    hasOpen: async () => {
      const { rows } = await db.execute(sql`select 1 from ${operations} where state in ('queued', 'running') limit 1`);
      return rows.length > 0;
    },
    failUnknown: async (kinds, seconds, message) => {
      const rows = await db
        .update(operations)
        .set({ state: "failed", message, error: { code: "unavailable", message }, endedAt: sql`clock_timestamp()` })
        .where(
          sql`${operations.state} in ('queued', 'running') and not ${operations.kind} = any (${textArray(kinds)})
            and greatest(${operations.createdAt}, ${operations.leaseUntil}) < clock_timestamp() - make_interval(secs => ${seconds}::float8)`,
        )
        .returning();
      if (rows.length > 0) await letGo(rows.map(({ id }) => id));
      return rows.map((row) => operationOf(row, null));
    },
    prune: async (before) => {
      await db.delete(operations).where(lt(operations.endedAt, before));
    },
  };
}

const textArray = (values: readonly string[]) => sql`${`{${values.map((value) => JSON.stringify(value)).join(",")}}`}::text[]`;
const uuidArray = (values: readonly string[]) => sql`${`{${values.join(",")}}`}::uuid[]`;
