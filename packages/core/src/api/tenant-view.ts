import { z } from "zod";
import { name } from "../name.ts";
import { quotaSpec } from "../tenant.ts";
import { podSummary } from "./pod-view.ts";

export const createTenantRequest = z.strictObject({ name, quota: quotaSpec.default({}) });

export const tenantView = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(["active", "deleting"]),
  quota: quotaSpec,
  createdAt: z.string(),
});

/** A tenant with its pods counted by phase. */
export const tenantStatus = tenantView.extend({
  phases: z.record(z.string(), z.number()),
  healthy: z.number(),
  pods: z.array(podSummary),
});

export type CreateTenantRequest = z.input<typeof createTenantRequest>;
export type TenantView = z.infer<typeof tenantView>;
export type TenantStatus = z.infer<typeof tenantStatus>;
