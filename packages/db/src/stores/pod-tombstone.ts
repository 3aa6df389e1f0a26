import type { PodStore } from "@agentpod/core/store";
import { eq, inArray, sql } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { routes } from "../schema/routes.ts";
import { tenants } from "../schema/tenants.ts";
import { tombstones } from "../schema/tombstones.ts";
import type { Tx } from "../tenant-tx.ts";
import { nextTableVersion } from "./table-version.ts";

export function podTombstone(tx: Tx): Pick<PodStore, "forget" | "tombstones"> {
  const { db } = tx;
  return {
    forget: async (id) => {
      const routed = await db.select({ id: routes.id }).from(routes).where(eq(routes.podId, id)).limit(1);
      if (routed.length > 0) await nextTableVersion(tx);
      await db.execute(sql`
        insert into ${tombstones} (pod_id, tenant_id, tenant, pod, keep_data)
        select p.id, p.tenant_id, t.name, p.name, p.keep_data from ${pods} p join ${tenants} t on t.id = p.tenant_id where p.id = ${id}
        on conflict do nothing`);
      await db.delete(pods).where(eq(pods.id, id));
    },
    tombstones: async (ids) => {
      if (ids.length === 0) return [];
      return db
        .select({ pod: tombstones.podId, keepData: tombstones.keepData })
        .from(tombstones)
        .where(inArray(tombstones.podId, [...ids]));
    },
  };
}
