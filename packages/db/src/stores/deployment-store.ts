import { type Deployment, isDeploymentEnded } from "@agentpod/core/deployment";
import type { DeploymentStore, DeploymentTurn } from "@agentpod/core/deployment-store";
import { AppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import { and, desc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { deployments } from "../schema/deployments.ts";
import { operations } from "../schema/operations.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";
import { shareArtifacts } from "./artifact-lock.ts";

/** Characters that are kept of one deployment's log. */
const mostLog = 400_000;

/** Without the sealed values, which the app role may not read, and without the log, which may be long. */
const { keyId: _key, ciphertext: _sealed, log: _log, seq: _seq, ...columns } = getTableColumns(deployments);

export function deploymentStore(tx: Tx, box: SecretBox): DeploymentStore {
  const { db, tenants: allowed } = tx;
  const visible = allowed === "*" ? undefined : inArray(deployments.tenantId, [...allowed]);
  const select = async (where: SQL | undefined, limit = 1): Promise<Deployment[]> => {
    const rows = await db
      .select({ ...columns, operation: operations.state, said: operations.message })
      .from(deployments)
      .leftJoin(operations, eq(operations.id, deployments.operationId))
      .where(and(visible, where))
      .orderBy(desc(deployments.seq))
      .limit(limit);
    return rows.map(({ createdAt, finishedAt, operation, said, ...row }) => ({
      ...row,
      // An operation that was ended in the queue, or given up, has not said so here, and is forgotten after a while.
      ...(!isDeploymentEnded(row.state) && row.operationId !== null && (operation === null || isEnded(operation))
        ? { state: operation === "cancelled" ? ("cancelled" as const) : ("failed" as const), message: said ?? row.message }
        : {}),
      createdAt: createdAt.toISOString(),
      finishedAt: finishedAt?.toISOString() ?? null,
    }));
  };
  const get = async (id: string): Promise<Deployment> => {
    const [found] = await select(eq(deployments.id, id));
    if (!found) throw new AppError("not_found", "There is no such deployment.");
    return found;
  };
  const ofApplication = (tenantId: string, name: string) => and(eq(deployments.tenantId, tenantId), eq(deployments.name, name));
  return {
    insert: async ({ given, ...asked }) => {
      // Releases that it may name do not go in between.
      await shareArtifacts(tx);
      await db.execute(sql`select pg_advisory_xact_lock(hashtext(${`deployment ${asked.tenantId} ${asked.name}`}))`);
      const [newest] = await select(ofApplication(asked.tenantId, asked.name));
      const sealed = Object.keys(given).length > 0 ? box.seal({ of: "deployment", id: asked.id }, JSON.stringify(given)) : {};
      await db.insert(deployments).values({ ...asked, ...sealed, number: (newest?.number ?? 0) + 1, message: "Waiting for its turn." });
      return get(asked.id);
    },
    get,
    getNumber: async (tenant, name, number) => {
      const of = and(eq(deployments.tenant, tenant), eq(deployments.name, name));
      const [found] = await select(and(of, eq(deployments.number, number)));
      if (found) return found;
      const known = (await select(of, 20)).map((one) => one.number);
      throw new AppError(
        "not_found",
        known.length === 0
          ? `There is no deployment of ${tenant}/${name}; agentpod deployment list shows those there are.`
          : `There is no deployment ${number} of ${tenant}/${name}; there are ${known.join(", ")}.`,
      );
    },
    list: ({ tenant, name }, limit) =>
      select(
        and(tenant === undefined ? undefined : eq(deployments.tenant, tenant), name === undefined ? undefined : eq(deployments.name, name)),
        limit,
      ),
    serving: async (tenantId, name) => (await select(and(ofApplication(tenantId, name), eq(deployments.state, "succeeded"))))[0] ?? null,
    turn: async (id, atOnce) => {
      // One decides at a time, on all control planes together.
      await db.execute(sql`select pg_advisory_xact_lock(hashtext('deployment turn'))`);
      const { rows } = await db.execute<TurnRow>(sql`
        with open as (select n.* from ${deployments} n left join ${operations} o on o.id = n.operation_id
          where n.state in ('queued', 'running') and (n.operation_id is null or o.state in ('queued', 'running')))
        select d.state,
          greatest((select max(n.number) from open n where n.tenant_id = d.tenant_id and n.name = d.name and n.seq > d.seq),
            (select max(n.number) from ${deployments} n where n.tenant_id = d.tenant_id and n.name = d.name and n.seq > d.seq
              and n.state = 'succeeded')) as newer,
          (select count(*)::int from open n where n.tenant_id = d.tenant_id and n.name = d.name and n.state = 'running') as same,
          (select count(*)::int from open n where n.state = 'running') as busy,
          (select count(*)::int from open n where n.state = 'queued' and n.seq < d.seq and not exists
            (select 1 from open m where m.tenant_id = n.tenant_id and m.name = n.name and (m.state = 'running' or m.seq > n.seq))) as first,
          (select count(*)::int from open n where n.state = 'running' or n.seq < d.seq) as ahead
        from ${deployments} d where d.id = ${id}`);
      const [row] = rows;
      if (!row) throw new AppError("not_found", "The deployment's record is gone.");
      return decide(row, atOnce, () => db.update(deployments).set({ state: "running", message: "" }).where(eq(deployments.id, id)));
    },
    given: async (id) => {
      const [row] = await db
        .select({ keyId: deployments.keyId, ciphertext: deployments.ciphertext })
        .from(deployments)
        .where(eq(deployments.id, id));
      if (!row?.keyId || !row.ciphertext) return {};
      return JSON.parse(box.open({ of: "deployment", id }, { keyId: row.keyId, ciphertext: row.ciphertext })) as Record<
        string,
        string | null
      >;
    },
    give: async (id, given) => {
      const sealed =
        Object.keys(given).length > 0 ? box.seal({ of: "deployment", id }, JSON.stringify(given)) : { keyId: null, ciphertext: null };
      await db.update(deployments).set(sealed).where(eq(deployments.id, id));
    },
    forgetGiven: async (id) => {
      await db.update(deployments).set({ keyId: null, ciphertext: null }).where(eq(deployments.id, id));
    },
    setOperation: async (id, operationId) => {
      await db.update(deployments).set({ operationId }).where(eq(deployments.id, id));
    },
    update: async (id, change) => {
      await db.update(deployments).set(change).where(eq(deployments.id, id));
    },
    finish: async (id, { state, step, message }) => {
      await db
        .update(deployments)
        .set({ state, step, message, finishedAt: sql`now()`, keyId: null, ciphertext: null })
        .where(and(eq(deployments.id, id), inArray(deployments.state, ["queued", "running"])));
    },
    log: async (id) => {
      const [row] = await db
        .select({ log: deployments.log })
        .from(deployments)
        .where(and(visible, eq(deployments.id, id)));
      return row?.log ?? "";
    },
    appendLog: async (id, text) => {
      await db
        .update(deployments)
        .set({ log: sql`right(${deployments.log} || ${text.replaceAll("\0", "")}::text, ${mostLog})` })
        .where(eq(deployments.id, id));
    },
    deleteAll: async (tenantId, name) => {
      await db.delete(deployments).where(ofApplication(tenantId, name));
    },
  };
}

interface TurnRow extends Record<string, unknown> {
  state: string;
  /** Number of one that was asked for later, and is there. */
  newer: number | null;
  /** Under way, of the same application. */
  same: number;
  /** Under way, of all. */
  busy: number;
  /** Asked for earlier, and waiting for nothing but their turn. */
  first: number;
  ahead: number;
}

async function decide(
  { state, newer, same, busy, first, ahead }: TurnRow,
  atOnce: number,
  begin: () => Promise<unknown>,
): Promise<DeploymentTurn> {
  if (state === "running") return { is: "begun" };
  if (state !== "queued") throw new AppError("conflict", "The deployment has ended already.");
  if (newer !== null) return { is: "superseded", by: newer };
  if (same > 0 || busy + first >= atOnce) return { is: "waiting", ahead, isSame: same > 0 };
  await begin();
  return { is: "begun" };
}
