import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { PodStore } from "@agentpod/core/store";
import { and, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import type { Tx } from "../tenant-tx.ts";

export function podHold({ db }: Tx, getById: (id: string) => Promise<Pod>): Pick<PodStore, "hold" | "fillCopies" | "unhold" | "held"> {
  const change = { generation: sql`${pods.generation} + 1`, updatedAt: sql`now()` };
  const heldBy = (id: string, by: string) => and(eq(pods.id, id), sql`${pods.held}::jsonb ->> 'by' = ${by}`);
  return {
    hold: async (id, by) => {
      const pod = await getById(id);
      if (pod.held?.by === by) return pod;
      const taken = await db
        .update(pods)
        .set({ ...change, held: JSON.stringify({ by, copies: {} }) })
        .where(and(eq(pods.id, id), ne(pods.desired, "deleted"), isNull(pods.held)))
        .returning({ id: pods.id });
      if (taken.length > 0) return getById(id);
      const label = `Pod ${pod.tenant}/${pod.name}`;
      throw new AppError(
        "conflict",
        pod.desired === "deleted"
          ? `${label} is being deleted.`
          : `${label} stands still for another backup or restore: wait until that has ended.`,
      );
    },
    fillCopies: async (id, by, copies) => {
      const held = JSON.stringify({ by, copies });
      await db
        .update(pods)
        .set({ ...change, held })
        .where(and(heldBy(id, by), ne(pods.held, held)));
      return getById(id);
    },
    unhold: async (id, by, use) => {
      const copies = sql`${pods.volumeCopies} || (${pods.held}::jsonb -> 'copies')`;
      await db
        .update(pods)
        .set({ ...change, held: null, ...(use && { volumeCopies: copies }) })
        .where(heldBy(id, by));
      return getById(id);
    },
    held: async () => {
      const rows = await db.select({ id: pods.id, held: pods.held }).from(pods).where(isNotNull(pods.held));
      return rows.map(({ id, held }) => ({ id, by: (JSON.parse(held ?? "{}") as { by: string }).by }));
    },
  };
}
