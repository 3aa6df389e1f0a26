import { createTenantRequest, tenantStatus, tenantView } from "@agentpod/core/api/tenant-view";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { needs, requirePlatform } from "../auth/access.ts";
import { flag, tenantParams } from "./path-params.ts";
import { route } from "./route.ts";
import { summarizePods } from "./show-pod.ts";

const tag = "Tenants";

export const tenantRoutes = [
  route({
    id: "createTenant",
    method: "post",
    path: "/tenants",
    tag,
    summary: "Create a tenant",
    access: needs("tenant.create"),
    audit: "tenant.created",
    body: createTenantRequest,
    answer: { status: 201, schema: tenantView, description: "The tenant" },
    async handle({ principal, body, change }) {
      requirePlatform(principal, "creating a tenant");
      return change(async (store, note) => {
        const tenant = await store.tenants.insert(body);
        note({ tenantId: tenant.id, tenant: tenant.name, message: `tenant ${tenant.name} created` });
        return tenant;
      });
    },
  }),
  route({
    id: "listTenants",
    method: "get",
    path: "/tenants",
    tag,
    summary: "List the tenants this token sees",
    access: needs("tenant.read"),
    answer: { status: 200, schema: z.array(tenantView), description: "By name" },
    handle: ({ read }) => read((store) => store.tenants.list()),
  }),
  route({
    id: "getTenantStatus",
    method: "get",
    path: "/tenants/{tenant}/status",
    tag,
    summary: "A tenant and its pods",
    access: needs("tenant.read"),
    params: tenantParams,
    answer: { status: 200, schema: tenantStatus, description: "The tenant, its pods, and how many are in which phase" },
    handle: ({ params, deps, read }) =>
      read(async (store) => {
        const tenant = await store.tenants.get(params.tenant);
        const pods = await summarizePods(store, await store.pods.list({ tenant: tenant.name }), deps);
        const phases: Record<string, number> = {};
        for (const pod of pods) phases[pod.phase] = (phases[pod.phase] ?? 0) + 1;
        return { ...tenant, phases, healthy: pods.filter((pod) => pod.health === "healthy").length, pods };
      }),
  }),
  route({
    id: "deleteTenant",
    method: "delete",
    path: "/tenants/{tenant}",
    tag,
    summary: "Delete a tenant; with `force` its pods and their data too",
    access: needs("tenant.delete"),
    audit: "tenant.deleted",
    params: tenantParams,
    query: z.strictObject({ force: flag }),
    answer: { status: 202, schema: tenantView, description: "Accepted: the tenant goes with the last of its pods" },
    async handle({ principal, params, query, change }) {
      requirePlatform(principal, "deleting a tenant");
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pods = await store.pods.list({ tenant: tenant.name });
        if (pods.length > 0 && !query.force) {
          throw new AppError("conflict", `tenant ${tenant.name} has ${pods.length} pod(s); delete them first, or say --force`);
        }
        note({ tenantId: tenant.id, tenant: tenant.name, message: `tenant ${tenant.name} is to be deleted`, data: { pods: pods.length } });
        await store.tenants.markDeleting(tenant.id);
        for (const pod of pods) {
          // What an adopted container brought along is nobody's to delete unasked.
          const keepData = (await store.adoptions.find(pod.id)) !== null;
          if (pod.desired !== "deleted") await store.pods.setDesired(pod.id, "deleted", keepData);
        }
        if (pods.length === 0) await store.tenants.delete(tenant.id);
        return { ...tenant, state: "deleting" };
      });
    },
  }),
];
