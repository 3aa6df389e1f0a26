import type { Database, PodStore } from "@agentpod/core/store";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { databaseError } from "../database-error.ts";
import { pods } from "../schema/pods.ts";
import { alone, type Tx } from "../tenant-tx.ts";

/** The lease without a transaction around it: what is asked before each step must not cost three round trips. */
export function podLeases(pool: pg.Pool): Database["leases"] {
  const { claim, holds, release } = podLease(alone(pool));
  const mapped =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      call(...args).catch((error: unknown) => Promise.reject(databaseError(error)));
  return { claim: mapped(claim), holds: mapped(holds), release: mapped(release) };
}

/** The per-pod lease. Times are the database's, so that the clocks of several control planes do not matter. */
export function podLease({ db }: Tx): Pick<PodStore, "claim" | "holds" | "release" | "saveStatus"> {
  return {
    claim: async (id, owner, seconds) => {
      const { rows } = await db.execute<{ epoch: string }>(sql`
        update ${pods} set lease_owner = ${owner}, lease_until = clock_timestamp() + make_interval(secs => ${seconds}::float8),
          lease_epoch = lease_epoch + case when lease_owner is not distinct from ${owner} then 0 else 1 end
        where id = ${id} and (lease_owner is null or lease_owner = ${owner} or lease_until <= clock_timestamp())
        returning lease_epoch as epoch`);
      return rows[0] ? { epoch: Number(rows[0].epoch) } : null;
    },
    holds: async (id, owner, epoch) => {
      const { rows } = await db.execute(sql`
        select 1 from ${pods} where id = ${id} and lease_owner = ${owner} and lease_epoch = ${epoch} and lease_until > clock_timestamp()`);
      return rows.length > 0;
    },
    release: async (id, owner) => {
      await db.execute(sql`update ${pods} set lease_owner = null, lease_until = null where id = ${id} and lease_owner = ${owner}`);
    },
    saveStatus: async (id, owner, epoch, generation, status) => {
      const { rowCount } = await db.execute(sql`
        update ${pods} set status = ${JSON.stringify(status)}::jsonb, updated_at = now()
        where id = ${id} and generation = ${generation} and lease_owner = ${owner} and lease_epoch = ${epoch} and lease_until > clock_timestamp()`);
      return rowCount === 1;
    },
  };
}
