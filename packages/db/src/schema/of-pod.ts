import { type AnyPgColumn, foreignKey, uuid } from "drizzle-orm/pg-core";
import { tenantId } from "./columns.ts";
import { pods } from "./pods.ts";

/** Columns of a row that belongs to a pod and goes with it. */
export const ofPod = () => ({ podId: uuid("pod_id").notNull(), tenantId: tenantId().notNull() });

/** Pod and tenant must belong together: a foreign pod's id cannot be smuggled in under one's own tenant. */
export function podReference(name: string, t: { podId: AnyPgColumn; tenantId: AnyPgColumn }) {
  return foreignKey({ name, columns: [t.podId, t.tenantId], foreignColumns: [pods.id, pods.tenantId] }).onDelete("cascade");
}
