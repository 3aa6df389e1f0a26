import { z } from "zod";
import { name } from "../name.ts";
import { health } from "./pod-view.ts";

/** What a visitor without a login may deploy. */
export const guestTemplateView = z.object({
  name: z.string(),
  title: z.object({ en: z.string(), zh: z.string() }),
  description: z.object({ en: z.string(), zh: z.string() }),
  inputs: z.unknown(),
});

export const createGuestPodRequest = z.strictObject({ template: name, inputs: z.record(z.string(), z.unknown()).default({}) });

/** All that a visitor sees of a pod; whoever knows its name is taken for who made it. */
export const guestPodView = z.object({
  name: z.string(),
  template: z.string().nullable(),
  phase: z.string(),
  message: z.string(),
  health,
  addresses: z.array(z.string()),
  /** When it is deleted with its data. */
  endsAt: z.string(),
});

export type GuestTemplateView = z.infer<typeof guestTemplateView>;
export type CreateGuestPodRequest = z.input<typeof createGuestPodRequest>;
export type GuestPodView = z.infer<typeof guestPodView>;
