import { AppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import type { OperationStore } from "@agentpod/core/operation-store";
import { and, asc, desc, eq, sql } from "drizzle-orm";
import { operationPods } from "../schema/operation-pods.ts";
import { operationSteps } from "../schema/operation-steps.ts";
import { operations } from "../schema/operations.ts";
import { pods } from "../schema/pods.ts";
import type { Tx } from "../tenant-tx.ts";
import { operationOf, stepOf } from "./operation-row.ts";
import { operationRunStore } from "./operation-run-store.ts";

export function operationStore(tx: Tx): OperationStore {
  const { db } = tx;
  // Others of the kind that the caller does not see count too: what is told is how many are before it.
  const position = sql<number>`(select count(*)::int from ${operations} as q
    where q.state = 'queued' and q.kind = ${operations}.kind and q.seq <= ${operations}.seq)`;
  const find = async (id: string) => {
    const [row] = await db.select({ row: operations, position }).from(operations).where(eq(operations.id, id));
    return row ? operationOf(row.row, row.position) : null;
  };
  const get = async (id: string) => {
    const operation = await find(id);
    if (!operation) throw new AppError("not_found", `There is no operation ${id}.`);
    return operation;
  };
  return {
    ...operationRunStore(tx),
    insert: async ({ id, kind, tenantId, tenant, pods: about, actor, input, message }) => {
      // Written out: how an operation goes is not its author's to write.
      await db.execute(sql`
        insert into ${operations} (id, kind, tenant_id, tenant, pods, actor, input, message)
        values (${id}, ${kind}, ${tenantId}, ${tenant}, ${JSON.stringify(about)}::jsonb, ${actor}, ${JSON.stringify(input)}::jsonb, ${message})`);
      // In one order, so that two at once do not wait for each other. Whose a pod is is read, not taken on trust.
      const { rowCount } = await db.execute(sql`
        insert into ${operationPods} (operation_id, pod_id, tenant_id)
        select ${id}::uuid, p.id, p.tenant_id from ${pods} p where p.id = any (${`{${about.map((pod) => pod.id).join(",")}}`}::uuid[]) order by p.id`);
      if (rowCount !== about.length) throw new AppError("not_found", "A pod of the operation is gone.");
      return get(id);
    },
    get,
    list: async ({ tenant, pod, state, kind }, limit) => {
      const rows = await db
        .select({ row: operations, position })
        .from(operations)
        .where(
          and(
            tenant === undefined ? undefined : eq(operations.tenant, tenant),
            pod === undefined
              ? undefined
              : sql`exists (select from jsonb_array_elements(${operations.pods}) as p
              where split_part(p ->> 'name', '/', 2) = ${pod})`,
            state === undefined ? undefined : eq(operations.state, state),
            kind === undefined ? undefined : eq(operations.kind, kind),
          ),
        )
        .orderBy(desc(operations.seq))
        .limit(limit);
      return rows.map((one) => operationOf(one.row, one.position));
    },
    steps: async (id) =>
      (await db.select().from(operationSteps).where(eq(operationSteps.operationId, id)).orderBy(asc(operationSteps.seq))).map(stepOf),
    cancel: async (id, actor) => {
      // Locked against the control plane that is about to begin it.
      const [row] = await db.select({ state: operations.state }).from(operations).where(eq(operations.id, id)).for("update");
      if (!row) throw new AppError("not_found", `There is no operation ${id}.`);
      if (isEnded(row.state)) throw new AppError("conflict", "The operation has ended already.");
      const end = row.state === "queued" ? { state: "cancelled" as const, endedAt: sql`now()`, message: "Cancelled before it began." } : {};
      await db
        .update(operations)
        .set({ ...end, cancelledBy: actor })
        .where(eq(operations.id, id));
      if (row.state === "queued") await db.update(operationPods).set({ isActive: false }).where(eq(operationPods.operationId, id));
      return get(id);
    },
  };
}
