import { z } from "zod";

/** Sums over all pods of a tenant that are to run. Absent: no limit but the machine's. */
export const quotaSpec = z.strictObject({
  pods: z.int().min(0).max(100_000).optional(),
  cpus: z.number().min(0).max(100_000).optional(),
  memoryMb: z.int().min(0).max(1_000_000_000).optional(),
});

export type Quota = z.infer<typeof quotaSpec>;

export interface Tenant {
  id: string;
  name: string;
  /** `deleting`: its pods are going; the row goes with the last of them. */
  state: "active" | "deleting";
  quota: Quota;
  createdAt: string;
}
