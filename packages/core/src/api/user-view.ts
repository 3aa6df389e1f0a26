import { z } from "zod";
import { tenantRoles } from "../permission.ts";

export const emailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@<>"]+@[^\s@<>"]+$/, "an email address");
export const personName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is kept out
  .regex(/^[^\u0000-\u001f\u007f]*$/, "a name without control characters");
/** Long rather than odd; checked by the server alone. */
export const newPassword = z.string().min(10, "at least 10 characters").max(128, "at most 128 characters");
export const tenantRole = z.enum(tenantRoles);

export const userView = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  platformAdmin: z.boolean(),
  /** Since when the user may not log in; null: they may. */
  disabledAt: z.string().nullable(),
  twoFactor: z.boolean(),
  createdAt: z.string(),
  lastLoginAt: z.string().nullable(),
});

/** Without a password the answer holds a link to choose one. */
export const createUserRequest = z.strictObject({
  email: emailAddress,
  name: personName.optional(),
  password: newPassword.optional(),
  platformAdmin: z.boolean().default(false),
});

/** A link that works once. Its secret is behind the `#`, which browsers do not send. */
export const oneTimeLink = z.object({ link: z.string(), secret: z.string(), expiresAt: z.string() });

export const createdUser = z.object({ user: userView, passwordLink: oneTimeLink.nullable() });

export const renameUserRequest = z.strictObject({ name: personName });
export const platformAdminRequest = z.strictObject({ platformAdmin: z.boolean() });

export const sessionView = z.object({
  id: z.string(),
  /** The one that asks. */
  current: z.boolean(),
  ipAddress: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string(),
});

export type UserView = z.infer<typeof userView>;
export type CreateUserRequest = z.input<typeof createUserRequest>;
export type CreatedUser = z.infer<typeof createdUser>;
export type OneTimeLink = z.infer<typeof oneTimeLink>;
export type SessionView = z.infer<typeof sessionView>;
