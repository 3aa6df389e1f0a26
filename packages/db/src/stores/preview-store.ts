import { isEnded } from "@agentpod/core/operation";
import type { Preview } from "@agentpod/core/preview";
import type { PreviewStore } from "@agentpod/core/preview-store";
import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { operations } from "../schema/operations.ts";
import { previews } from "../schema/previews.ts";
import type { Tx } from "../tenant-tx.ts";

export function previewStore({ db, tenants: allowed }: Tx): PreviewStore {
  const visible = allowed === "*" ? undefined : inArray(previews.tenantId, [...allowed]);
  const one = (tenantId: string, name: string) => and(eq(previews.tenantId, tenantId), eq(previews.name, name));
  const select = async (where: SQL | undefined): Promise<Preview[]> => {
    const rows = await db
      .select({ ...getTableColumns(previews), operation: operations.state })
      .from(previews)
      .leftJoin(operations, eq(operations.id, previews.endedBy))
      .where(and(visible, where))
      .orderBy(asc(previews.tenant), asc(previews.name));
    return rows.map(({ operation, endedBy, copiedAt, expiresAt, createdAt, ...row }) => ({
      ...row,
      // What was begun and came to nothing is begun again.
      endedBy: operation !== null && !isEnded(operation) ? endedBy : null,
      copiedAt: copiedAt?.toISOString() ?? null,
      expiresAt: expiresAt.toISOString(),
      createdAt: createdAt.toISOString(),
    }));
  };
  const find = async (tenantId: string, name: string): Promise<Preview | null> => (await select(one(tenantId, name)))[0] ?? null;
  const after = (seconds: number) => sql`now() + make_interval(secs => ${seconds})`;
  return {
    put: async (preview) => {
      const time = { ttlSeconds: preview.ttlSeconds, expiresAt: after(preview.ttlSeconds) };
      await db
        .insert(previews)
        .values({ ...preview, ...time })
        .onConflictDoUpdate({ target: [previews.tenantId, previews.name], set: time });
      const [found] = await select(one(preview.tenantId, preview.name));
      if (!found) throw new Error("a preview that was written is not there");
      return found;
    },
    find,
    list: ({ tenant, project }) =>
      select(
        and(
          tenant === undefined ? undefined : eq(previews.tenant, tenant),
          project === undefined ? undefined : eq(previews.project, project),
        ),
      ),
    extend: async (tenantId, name, ttlSeconds) => {
      await db
        .update(previews)
        .set({ ttlSeconds, expiresAt: after(ttlSeconds) })
        .where(and(visible, one(tenantId, name)));
      return find(tenantId, name);
    },
    markCopied: async (tenantId, name) => {
      await db.update(previews).set({ copiedAt: sql`now()` }).where(one(tenantId, name));
    },
    takeExpired: async () => {
      const taken = await db
        .select({ tenantId: previews.tenantId, name: previews.name })
        .from(previews)
        .where(sql`${previews.expiresAt} <= now()`)
        .for("update", { skipLocked: true });
      const found: Preview[] = [];
      for (const { tenantId, name } of taken) {
        const preview = await find(tenantId, name);
        if (preview !== null && preview.endedBy === null) found.push(preview);
      }
      return found;
    },
    setEndedBy: async (tenantId, name, operation) => {
      await db
        .update(previews)
        .set({ endedBy: operation })
        .where(and(visible, one(tenantId, name)));
    },
    delete: async (tenantId, name) => {
      await db.delete(previews).where(one(tenantId, name));
    },
  };
}
