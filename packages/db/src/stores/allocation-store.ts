import { AppError } from "@agentpod/core/errors";
import type { Allocation, AllocationStore } from "@agentpod/core/store";
import { and, eq, sql } from "drizzle-orm";
import { allocations } from "../schema/allocations.ts";
import { pods } from "../schema/pods.ts";
import type { Tx } from "../tenant-tx.ts";

export function allocationStore({ db }: Tx): AllocationStore {
  return {
    insert: async (pod, server, { kind, value, purpose }) => {
      const [owner] = await db.select({ tenantId: pods.tenantId }).from(pods).where(eq(pods.id, pod));
      if (!owner) throw new AppError("not_found", `There is no pod with id ${pod}.`);
      const inserted = await db
        .insert(allocations)
        .values({ server, kind, value, purpose, podId: pod, tenantId: owner.tenantId })
        .onConflictDoNothing()
        .returning({ value: allocations.value });
      if (inserted.length > 0) return;
      const [present] = await db
        .select({ podId: allocations.podId, purpose: allocations.purpose })
        .from(allocations)
        .where(and(eq(allocations.server, server), eq(allocations.kind, kind), eq(allocations.value, value)));
      if (present?.podId === pod && present.purpose === purpose) return;
      throw new AppError(
        "conflict",
        present
          ? `${kind} ${value} on server ${server} is in use: choose another.`
          : `The pod already holds another ${kind}${purpose === "" ? "" : ` for ${purpose}`}: release it first.`,
      );
    },
    delete: async (pod, { kind, value, purpose }) => {
      await db
        .delete(allocations)
        .where(and(eq(allocations.podId, pod), eq(allocations.kind, kind), eq(allocations.value, value), eq(allocations.purpose, purpose)));
    },
    used: async (server) => {
      // One JSON array per kind: a row per value, or a sort, would cost more than all else of a look.
      const { rows } = await db.execute<{ kind: Allocation["kind"]; held: number[] }>(sql`
        select kind, json_agg(value) as held from ${allocations} where server = ${server} group by kind`);
      return { port: [], subnet: [], uid: [], public_port: [], ...Object.fromEntries(rows.map(({ kind, held }) => [kind, held])) };
    },
  };
}
