import { memberView, setRoleRequest } from "@agentpod/core/api/member-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Tenant } from "@agentpod/core/tenant";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { keepAnOwner, requireManaging } from "../users/member-rules.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Members";
const path = "/tenants/{tenant}/members";
const params = z.object({ tenant: name, user: z.uuid("a user id") });

const noteMember = (tenant: Tenant, user: string, message: string, data = {}) => ({
  tenantId: tenant.id,
  tenant: tenant.name,
  message,
  data: { user, ...data },
});

export const memberRoutes = [
  route({
    id: "listMembers",
    method: "get",
    path,
    tag,
    summary: "Who belongs to a tenant, and as what",
    access: needs("member.read"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(memberView), description: "Owners first" },
    async handle({ params, read, deps }) {
      const members = await read(async (store) => store.members.list((await store.tenants.get(params.tenant)).id));
      // Names and addresses belong to no tenant; whose they may see, the list above has decided.
      const users = await deps.database.asSystem((store) => store.users.list(members.map((member) => member.userId)));
      return members.flatMap(({ userId, role, createdAt }) => {
        const user = users.find((entry) => entry.id === userId);
        return user ? [{ userId, name: user.name, email: user.email, role, disabled: user.disabledAt !== null, since: createdAt }] : [];
      });
    },
  }),
  route({
    id: "setMemberRole",
    method: "put",
    path: `${path}/{user}`,
    tag,
    summary: "Change a member's role; an admin of the installation makes any user a member by it",
    access: needs("member.manage"),
    audit: "role.changed",
    params,
    body: setRoleRequest,
    answer: { status: 204, description: "It is so" },
    handle: ({ params, body, principal, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const present = await store.members.find(tenant.id, params.user);
        // Whoever could add by id would find out who is a user here: others are invited.
        if (present === null && principal.tenants !== "*")
          throw new AppError("not_found", `this user is no member of ${tenant.name}; invite them`);
        requireManaging(principal, tenant.id, body.role, ...(present === null ? [] : [present.role]));
        if (present?.role === "owner" && body.role !== "owner") await keepAnOwner(store, principal, tenant.id, params.user);
        await store.members.put(tenant.id, params.user, body.role);
        note(noteMember(tenant, params.user, `a member is now ${body.role}`, { role: body.role, before: present?.role ?? null }));
      }),
  }),
  route({
    id: "removeMember",
    method: "delete",
    path: `${path}/{user}`,
    tag,
    summary: "End a membership",
    access: needs("member.manage"),
    audit: "member.removed",
    params,
    answer: { status: 204, description: "It has ended" },
    handle: ({ params, principal, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const present = await store.members.find(tenant.id, params.user);
        if (present === null) throw new AppError("not_found", `this user is no member of ${tenant.name}`);
        requireManaging(principal, tenant.id, present.role);
        if (present.role === "owner") await keepAnOwner(store, principal, tenant.id, params.user);
        await store.members.delete(tenant.id, params.user);
        note(noteMember(tenant, params.user, "a membership was ended", { before: present.role }));
      }),
  }),
];
