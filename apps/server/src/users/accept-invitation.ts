import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import type { Invitation, User } from "@agentpod/core/user";
import { hashToken } from "../auth/token-secret.ts";

/** The invitation that a secret opens, held until the transaction ends. Throws `forbidden`. System role. */
export async function openInvitation(store: Pick<Store, "invitations">, secret: string): Promise<Invitation> {
  const invitation = await store.invitations.holdByHash(hashToken(secret));
  if (invitation === null) throw new AppError("forbidden", "this invitation is not good, has been used, or is over; ask for another");
  return invitation;
}

/** Makes the user a member; a role that they have and that is more stays. Writes it down in the tenant's log. */
export async function acceptInvitation(store: Store, invitation: Invitation, user: User, source: string): Promise<void> {
  if (invitation.email !== null && invitation.email !== user.email)
    throw new AppError("forbidden", "this invitation is for another email address");
  const tenant = (await store.tenants.list()).find((entry) => entry.id === invitation.tenantId);
  if (tenant === undefined) throw new AppError("not_found", "the tenant of this invitation is gone");
  if ((await store.members.find(tenant.id, user.id)) !== null) throw new AppError("conflict", `you are a member of ${tenant.name} already`);
  await store.members.put(tenant.id, user.id, invitation.role);
  await store.invitations.markUsed(invitation.id, user.id);
  await store.events.append({
    type: "member.added",
    tenantId: tenant.id,
    tenant: tenant.name,
    pod: null,
    podId: null,
    actor: `user:${user.id}`,
    source,
    result: "ok",
    message: `${user.email} accepted an invitation as ${invitation.role}`,
    data: { user: user.id, role: invitation.role, invitation: invitation.id },
  });
}
