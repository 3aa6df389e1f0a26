import { loginAnswer } from "@agentpod/core/api/account-view";
import {
  createdInvitation,
  createInvitationRequest,
  invitationLook,
  invitationSecret,
  invitationView,
  registerByInvitationRequest,
} from "@agentpod/core/api/invitation-view";
import { AppError } from "@agentpod/core/errors";
import { name } from "@agentpod/core/name";
import type { Invitation } from "@agentpod/core/user";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { hashToken, newInvitationSecret } from "../auth/token-secret.ts";
import { acceptInvitation, openInvitation } from "../users/accept-invitation.ts";
import { hashPassword } from "../users/hash-password.ts";
import { addressLimits, limited } from "../users/limited.ts";
import { checkSite, logIn } from "../users/login.ts";
import { requireManaging } from "../users/member-rules.ts";
import { oneTimeLink } from "../users/one-time-link.ts";
import { ownSession } from "../users/own-session.ts";
import { tenantParams } from "./path-params.ts";
import { route } from "./route.ts";

const tag = "Invitations";
const path = "/tenants/{tenant}/invitations";

const viewOf = ({ id, role, email, createdBy, createdAt, expiresAt }: Invitation, tenant: string) => ({
  id,
  tenant,
  role,
  email,
  createdBy,
  createdAt,
  expiresAt,
});

export const invitationRoutes = [
  route({
    id: "createInvitation",
    method: "post",
    path,
    tag,
    summary: "Make a link by which somebody becomes a member, once",
    access: needs("member.manage"),
    audit: "invitation.created",
    params: tenantParams,
    body: createInvitationRequest,
    answer: { status: 201, schema: createdInvitation, description: "Give the link to whom it is for" },
    async handle({ params, body, principal, deps, change }) {
      const secret = newInvitationSecret();
      const expiresAt = new Date(deps.clock().getTime() + body.days * 86_400_000).toISOString();
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        requireManaging(principal, tenant.id, body.role);
        const invitation = await store.invitations.insert({
          tenantId: tenant.id,
          role: body.role,
          email: body.email ?? null,
          secretHash: hashToken(secret),
          createdBy: principal.actor,
          expiresAt,
        });
        note({
          tenantId: tenant.id,
          tenant: tenant.name,
          message: `${body.email ?? "somebody"} was invited as ${body.role}`,
          data: { invitation: invitation.id, role: body.role, email: body.email ?? null },
        });
        return { invitation: viewOf(invitation, tenant.name), link: oneTimeLink(deps.publicUrl, "/invitation", secret, expiresAt) };
      });
    },
  }),
  route({
    id: "listInvitations",
    method: "get",
    path,
    tag,
    summary: "Invitations that can still be accepted",
    access: needs("member.manage"),
    params: tenantParams,
    answer: { status: 200, schema: z.array(invitationView), description: "Newest first" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const tenant = await store.tenants.get(params.tenant);
        return (await store.invitations.list(tenant.id)).map((invitation) => viewOf(invitation, tenant.name));
      }),
  }),
  route({
    id: "deleteInvitation",
    method: "delete",
    path: `${path}/{invitation}`,
    tag,
    summary: "Take an invitation back",
    access: needs("member.manage"),
    audit: "invitation.deleted",
    params: z.object({ tenant: name, invitation: z.uuid("an invitation id") }),
    answer: { status: 204, description: "Its link is dead" },
    handle: ({ params, change }) =>
      change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        await store.invitations.delete(tenant.id, params.invitation);
        note({
          tenantId: tenant.id,
          tenant: tenant.name,
          message: "an invitation was taken back",
          data: { invitation: params.invitation },
        });
      }),
  }),
  route({
    id: "lookAtInvitation",
    method: "post",
    path: "/invitations/look",
    tag,
    summary: "What an invitation is for",
    access: { kind: "public", because: "it needs the invitation's secret; wrong ones are counted by address" },
    audit: "invitation.seen",
    body: invitationSecret,
    answer: { status: 200, schema: invitationLook, description: "What accepting it would do" },
    handle: ({ deps, asked, body }) =>
      limited(deps.database, addressLimits("invitation", asked.client), () =>
        deps.database.asSystem(async (store) => {
          const { tenantId, role, email, expiresAt } = await openInvitation(store, body.secret);
          const tenant = (await store.tenants.list()).find((entry) => entry.id === tenantId);
          if (tenant === undefined) throw new AppError("not_found", "the tenant of this invitation is gone");
          return { tenant: tenant.name, role, email, expiresAt };
        }),
      ),
  }),
  route({
    id: "acceptInvitation",
    method: "post",
    path: "/invitations/accept",
    tag,
    summary: "Accept an invitation as who you are logged in as",
    access: { kind: "login" },
    rows: "system",
    audit: "invitation.accepted",
    body: invitationSecret,
    answer: { status: 204, description: "You are a member" },
    handle: ({ deps, asked, body, principal }) =>
      limited(deps.database, addressLimits("invitation", asked.client), () =>
        deps.database.asSystem(async (store) => {
          const user = await store.users.get(ownSession(principal).userId);
          await acceptInvitation(store, await openInvitation(store, body.secret), user, asked.client);
        }),
      ),
  }),
  route({
    id: "registerByInvitation",
    method: "post",
    path: "/invitations/register",
    tag,
    summary: "Accept an invitation as a new user, and log in",
    access: { kind: "public", because: "it needs the invitation's secret; wrong ones are counted by address" },
    audit: "user.created",
    body: registerByInvitationRequest,
    answer: { status: 200, schema: loginAnswer, description: "Logged in" },
    async handle(call) {
      const { deps, asked, body } = call;
      checkSite(call);
      const email = await limited(deps.database, addressLimits("invitation", asked.client), async () => {
        // Looked at before the slow hash, and held by the transaction that uses it.
        await deps.database.asSystem((store) => openInvitation(store, body.secret));
        const passwordHash = await hashPassword(body.password);
        return deps.database.asSystem(async (store) => {
          const invitation = await openInvitation(store, body.secret);
          const address = body.email ?? invitation.email;
          if (address === null) throw new AppError("invalid", "say which email address you log in with");
          const user = await store.users.insert({
            name: body.name ?? address.split("@")[0] ?? address,
            email: address,
            passwordHash,
            platformAdmin: false,
            // Whoever invited this very address vouches for it.
            vouched: invitation.email === address,
          });
          await acceptInvitation(store, invitation, user, asked.client);
          return address;
        });
      });
      return logIn(call, { email, password: body.password });
    },
  }),
];
