import type { Pod } from "@agentpod/core/pod";
import { eq, type SQL } from "drizzle-orm";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

const columns = {
  id: pods.id,
  tenantId: pods.tenantId,
  tenant: tenants.name,
  name: pods.name,
  templateName: pods.templateName,
  templateVersion: pods.templateVersion,
  inputs: pods.inputs,
  spec: pods.spec,
  desired: pods.desired,
  keepData: pods.keepData,
  sleptAt: pods.sleptAt,
  wakeAt: pods.wakeAt,
  generation: pods.generation,
  restarts: pods.restarts,
  held: pods.held,
  volumeCopies: pods.volumeCopies,
  status: pods.status,
  server: pods.server,
  createdAt: pods.createdAt,
  updatedAt: pods.updatedAt,
};

/** Pods that fulfil the condition, by tenant and pod name. */
export async function selectPods({ db }: Tx, where: SQL | undefined): Promise<Pod[]> {
  const rows = await db
    .select(columns)
    .from(pods)
    .innerJoin(tenants, eq(tenants.id, pods.tenantId))
    .where(where)
    .orderBy(tenants.name, pods.name);
  return rows.map(({ templateName, templateVersion, createdAt, updatedAt, held, sleptAt, wakeAt, ...row }) => ({
    ...row,
    asleep: sleptAt && { since: sleptAt.toISOString(), wakeAt: wakeAt?.toISOString() ?? null },
    held: held === null ? null : (JSON.parse(held) as Pod["held"]),
    template: templateOf(templateName, templateVersion),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }));
}

export const templateOf = (name: string | null, version: number | null): Pod["template"] =>
  name === null || version === null ? null : { name, version };
