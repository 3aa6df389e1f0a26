import { createHash } from "node:crypto";
import type { AttemptStore } from "@agentpod/core/user-store";
import { eq, lt, sql } from "drizzle-orm";
import { attempts } from "../schema/attempts.ts";
import type { Tx } from "../tenant-tx.ts";

export function attemptStore({ db }: Tx): AttemptStore {
  const secondsLeft = sql<number>`greatest(ceil(extract(epoch from ${attempts.endsAt} - now())), 0)::int`;
  return {
    spend: async (key, limit, windowSeconds) => {
      const endsAt = sql`now() + make_interval(secs => ${windowSeconds})`;
      // One statement, so that no two control planes count the same number.
      const [row] = await db
        .insert(attempts)
        .values({ key: hashOf(key), count: 1, endsAt })
        .onConflictDoUpdate({
          target: attempts.key,
          set: {
            count: sql`case when ${attempts.endsAt} <= now() then 1 else ${attempts.count} + 1 end`,
            endsAt: sql`case when ${attempts.endsAt} <= now() then ${endsAt} else ${attempts.endsAt} end`,
          },
        })
        .returning({ count: attempts.count, wait: secondsLeft });
      if (row?.count === 1) await db.delete(attempts).where(lt(attempts.endsAt, sql`now() - interval '1 minute'`));
      return row && row.count > limit ? Math.max(1, row.wait) : 0;
    },
    refund: async (key) => {
      await db
        .update(attempts)
        .set({ count: sql`greatest(${attempts.count} - 1, 0)` })
        .where(eq(attempts.key, hashOf(key)));
    },
  };
}

/** Keys hold addresses and names that nobody needs to read here. */
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
