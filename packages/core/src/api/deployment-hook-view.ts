import { z } from "zod";
import { hookKinds, hookOutcomes } from "../deployment-hook.ts";
import { fetchSourceRequest } from "./source-view.ts";

export const createHookRequest = z.strictObject({
  /** Whose form of a push it takes. */
  kind: z.enum(hookKinds),
  /** Of the repository that is fetched; absent: the one that the application was deployed from. */
  url: z.string().min(1).max(2048).optional(),
  /** Whose pushes deploy. */
  branch: z.string().min(1).max(200).default("main"),
  /** How a private repository is read; kept encrypted. */
  credentials: fetchSourceRequest.shape.credentials,
  knownHosts: fetchSourceRequest.shape.knownHosts,
});
export type CreateHookRequest = z.input<typeof createHookRequest>;

export const hookView = z.object({
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
  kind: z.enum(hookKinds),
  url: z.string(),
  branch: z.string(),
  /** Where pushes are told. */
  address: z.string(),
  createdBy: z.string(),
  createdAt: z.string(),
  /** When somebody last came without its secret. */
  refusedAt: z.string().nullable(),
});
export type HookView = z.infer<typeof hookView>;

/** Its secret is shown this once. */
export const createdHook = hookView.extend({ secret: z.string() });
export type CreatedHook = z.infer<typeof createdHook>;

export const hookDeliveryView = z.object({
  id: z.string(),
  event: z.string(),
  commit: z.string().nullable(),
  outcome: z.enum(hookOutcomes),
  message: z.string(),
  /** Number of the deployment that was asked for. */
  deployment: z.number().nullable(),
  operation: z.string().nullable(),
  at: z.string(),
});
export type HookDeliveryView = z.infer<typeof hookDeliveryView>;

/** What the sender of a push is told. */
export const hookAnswer = z.object({ outcome: z.enum([...hookOutcomes, "known"]), message: z.string() });
export type HookAnswer = z.infer<typeof hookAnswer>;
