import type { AdoptedUnit, Kept } from "@agentpod/core/adopt";
import type { AdoptionStore } from "@agentpod/core/adopt-store";
import { AppError } from "@agentpod/core/errors";
import { and, asc, eq, inArray, type SQL } from "drizzle-orm";
import { adoptions } from "../schema/adoptions.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { SecretBox } from "../secret-box.ts";
import type { Tx } from "../tenant-tx.ts";

/** Without what is sealed. */
const columns = {
  podId: adoptions.podId,
  tenant: tenants.name,
  name: pods.name,
  unit: adoptions.unit,
  revision: adoptions.revision,
  containerId: adoptions.containerId,
  found: adoptions.found,
  ports: adoptions.ports,
  volumes: adoptions.volumes,
  folders: adoptions.folders,
  isReleasing: adoptions.isReleasing,
  createdAt: adoptions.createdAt,
};

/** Of these pods (null: all that are visible), the oldest first. */
export async function selectAdoptions({ db, tenants: allowed }: Tx, where?: SQL): Promise<AdoptedUnit[]> {
  const visible = allowed === "*" ? undefined : inArray(adoptions.tenantId, [...allowed]);
  const rows = await db
    .select(columns)
    .from(adoptions)
    .innerJoin(pods, eq(pods.id, adoptions.podId))
    .innerJoin(tenants, eq(tenants.id, adoptions.tenantId))
    .where(and(visible, where))
    .orderBy(asc(adoptions.createdAt));
  return rows.map(({ podId, unit, revision, createdAt, ...row }) => ({
    id: { pod: podId, unit, revision },
    ...row,
    at: createdAt.toISOString(),
  }));
}

export function adoptionStore(tx: Tx, box: SecretBox): AdoptionStore {
  const { db } = tx;
  return {
    insert: async ({ id, containerId, found, ports, volumes, folders }, kept) => {
      const [owner] = await db.select({ tenantId: pods.tenantId }).from(pods).where(eq(pods.id, id.pod));
      if (!owner) throw new AppError("not_found", `There is no pod with id ${id.pod}.`);
      const stored = await db
        .insert(adoptions)
        .values({
          podId: id.pod,
          tenantId: owner.tenantId,
          unit: id.unit,
          revision: id.revision,
          containerId,
          found,
          ports,
          volumes,
          folders,
          ...box.seal({ of: "adopted container", id: id.pod }, JSON.stringify(kept)),
        })
        .onConflictDoNothing()
        .returning({ pod: adoptions.podId });
      if (stored.length === 0) throw new AppError("conflict", `Container ${found.name} was adopted already; each can be one pod alone.`);
    },
    find: async (pod) => (await selectAdoptions(tx, eq(adoptions.podId, pod)))[0] ?? null,
    list: () => selectAdoptions(tx),
    kept: async (pod) => {
      const [row] = await db
        .select({ keyId: adoptions.keyId, ciphertext: adoptions.ciphertext })
        .from(adoptions)
        .where(eq(adoptions.podId, pod));
      return row ? (JSON.parse(box.open({ of: "adopted container", id: pod }, row)) as Kept) : null;
    },
    markReleasing: async (pod) => {
      await db.update(adoptions).set({ isReleasing: true }).where(eq(adoptions.podId, pod));
    },
  };
}
