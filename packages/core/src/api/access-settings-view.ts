import { z } from "zod";
import { name } from "../name.ts";

export const guestPolicy = z.strictObject({
  /** Where guests' pods live; its quota is what all of them may take together. */
  tenant: name,
  /** System templates that guests may deploy. */
  templates: z.array(name).min(1).max(50),
  /** Guests' pods end after this. */
  ttlSeconds: z.int().min(60).max(604_800).default(3600),
  /** Pods that one address may make within an hour. */
  perHour: z.int().min(1).max(1000).default(3),
});

/** Who may come in without having been invited. */
export const accessSettings = z.strictObject({
  /** `sign-on`: through a sign-on provider alone. */
  registration: z.enum(["closed", "sign-on", "open"]).default("closed"),
  /** Null: visitors without a login may do nothing. */
  guests: guestPolicy.nullable().default(null),
});

export type GuestPolicy = z.infer<typeof guestPolicy>;
export type AccessSettings = z.infer<typeof accessSettings>;
export type AccessSettingsInput = z.input<typeof accessSettings>;
