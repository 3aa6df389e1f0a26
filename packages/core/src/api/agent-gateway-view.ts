import { z } from "zod";
import { localized } from "../template.ts";

/** The token of an agent's gateway; its value is shown by an explicit, audited call alone. */
export const podTokenView = z.object({
  tenant: z.string(),
  pod: z.string(),
  /** Of the secret that holds it. */
  name: z.string(),
  /** Its end, to know it by. */
  masked: z.string(),
});

export const revealedPodToken = z.object({ name: z.string(), value: z.string() });

export const createHandOverRequest = z.strictObject({
  /** After which the link is worth nothing. */
  hours: z.int().min(1).max(720).default(168),
});

export const handOverView = z.object({
  tenant: z.string(),
  pod: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  usedAt: z.string().nullable(),
  isOpen: z.boolean(),
});

const secret = z.string().max(200);

export const handOverSecret = z.strictObject({ secret });

/** What somebody who holds the link may know before using it. */
export const handOverLook = z.object({ agent: localized, expiresAt: z.string() });

/** Where the agent's page is, with a credential for this one browser, good once and for minutes. */
export const usedHandOver = z.object({
  url: z.string(),
  /** Path of the page on which this browser sees the agent's status and usage from now on. */
  own: z.string(),
});

export type PodTokenView = z.infer<typeof podTokenView>;
export type CreateHandOverRequest = z.input<typeof createHandOverRequest>;
export type HandOverView = z.infer<typeof handOverView>;
export type HandOverLook = z.infer<typeof handOverLook>;
export type UsedHandOver = z.infer<typeof usedHandOver>;
