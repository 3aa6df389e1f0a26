import { z } from "zod";
import { emailAddress, newPassword, oneTimeLink, personName, tenantRole } from "./user-view.ts";

export const createInvitationRequest = z.strictObject({
  role: tenantRole,
  /** Only this address may accept; absent: whoever has the link. */
  email: emailAddress.optional(),
  days: z.int().min(1).max(30).default(7),
});

export const invitationView = z.object({
  id: z.string(),
  tenant: z.string(),
  role: tenantRole,
  email: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
});

/** The link is shown this once. */
export const createdInvitation = z.object({ invitation: invitationView, link: oneTimeLink });

const secret = z.string().max(200);

export const invitationSecret = z.strictObject({ secret });

/** What somebody who holds the link may know before accepting. */
export const invitationLook = z.object({ tenant: z.string(), role: tenantRole, email: z.string().nullable(), expiresAt: z.string() });

/** For someone without an account; the address may be left out where the invitation is for one. */
export const registerByInvitationRequest = z.strictObject({
  secret,
  email: emailAddress.optional(),
  name: personName.optional(),
  password: newPassword,
});

export type CreateInvitationRequest = z.input<typeof createInvitationRequest>;
export type InvitationView = z.infer<typeof invitationView>;
export type CreatedInvitation = z.infer<typeof createdInvitation>;
export type InvitationLook = z.infer<typeof invitationLook>;
export type RegisterByInvitationRequest = z.input<typeof registerByInvitationRequest>;
