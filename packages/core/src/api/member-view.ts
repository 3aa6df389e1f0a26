import { z } from "zod";
import { tenantRole } from "./user-view.ts";

export const memberView = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  role: tenantRole,
  disabled: z.boolean(),
  /** When the membership began. */
  since: z.string(),
});

export const setRoleRequest = z.strictObject({ role: tenantRole });

export type MemberView = z.infer<typeof memberView>;
