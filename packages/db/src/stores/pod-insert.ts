import { AppError } from "@agentpod/core/errors";
import type { NewPod } from "@agentpod/core/pod";
import { emptyStatus } from "@agentpod/core/status";
import { eq, sql } from "drizzle-orm";
import { podRevisions } from "../schema/pod-revisions.ts";
import { pods } from "../schema/pods.ts";
import { tenants } from "../schema/tenants.ts";
import type { Tx } from "../tenant-tx.ts";

/** Row and first revision. Throws `conflict` where the name is taken or the tenant is being deleted. */
export async function insertPod({ db }: Tx, pod: NewPod): Promise<void> {
  // Locked, so that a tenant cannot begin to be deleted between this look and the insert.
  const [tenant] = await db
    .select({ name: tenants.name, state: tenants.state })
    .from(tenants)
    .where(eq(tenants.id, pod.tenantId))
    .for("share");
  if (!tenant) throw new AppError("not_found", "There is no such tenant.");
  if (tenant.state !== "active") throw new AppError("conflict", `Tenant ${tenant.name} is being deleted: it takes no new pods.`);

  const template = { name: pod.template?.name ?? null, version: pod.template?.version ?? null };
  // Written out: Drizzle's insert names every column, and the app role may write only some.
  const { rowCount } = await db.execute(sql`
    insert into ${pods} (id, tenant_id, name, template_name, template_version, inputs, spec, status, server)
    values (${pod.id}, ${pod.tenantId}, ${pod.name}, ${template.name}, ${template.version}, ${JSON.stringify(pod.inputs)}::jsonb,
            ${JSON.stringify(pod.spec)}::jsonb, ${JSON.stringify(emptyStatus)}::jsonb, ${pod.server})
    on conflict (tenant_id, name) do nothing`);
  if (rowCount === 0) throw new AppError("conflict", `Pod ${tenant.name}/${pod.name} already exists: choose another name.`);
  await db.insert(podRevisions).values({
    podId: pod.id,
    tenantId: pod.tenantId,
    generation: 1,
    spec: pod.spec,
    inputs: pod.inputs,
    templateName: template.name,
    templateVersion: template.version,
    actor: pod.actor,
  });
}
