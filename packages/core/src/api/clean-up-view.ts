import { z } from "zod";
import { cleanUpKinds, cleanUpPolicy } from "../clean-up.ts";

export const cleanUpItem = z.object({
  kind: z.enum(cleanUpKinds),
  id: z.string(),
  name: z.string(),
  /** Null: it takes no room of its own, or it was not told how much. */
  bytes: z.number().nullable(),
  reason: z.string(),
});

export const cleanUpPlanView = z.object({
  goes: z.array(cleanUpItem),
  stays: z.array(cleanUpItem),
  /** That would be free again, as far as it is known. */
  bytes: z.number(),
  /** What could not be looked at. */
  problems: z.array(z.string()),
});

export const cleanUpRunView = z.object({
  at: z.string(),
  actor: z.string(),
  /** By kind, how many went. */
  gone: z.record(z.enum(cleanUpKinds), z.number()),
  bytes: z.number(),
  /** What could not be taken away; the next one tries again. */
  problems: z.array(z.string()),
});

/** What is left out stays as it is. */
export const setCleanUpPolicyRequest = z.strictObject(
  Object.fromEntries(Object.entries(cleanUpPolicy.shape).map(([key, schema]) => [key, schema.unwrap().optional()])) as {
    [K in keyof typeof cleanUpPolicy.shape]: z.ZodOptional<ReturnType<(typeof cleanUpPolicy.shape)[K]["unwrap"]>>;
  },
);

export const cleanUpPolicyView = cleanUpPolicy;

const room = z.object({ freeMb: z.number(), totalMb: z.number().nullable() }).nullable();

export const cleanUpStatus = z.object({
  policy: cleanUpPolicyView,
  /** When the next one is due; null: never, or not yet known. */
  nextAt: z.string().nullable(),
  last: cleanUpRunView.nullable(),
  /** Of the home, and where images and pods lie; null where it cannot be seen. */
  disk: z.object({ home: room, runtime: room }),
});

export type CleanUpPlanView = z.infer<typeof cleanUpPlanView>;
export type CleanUpRunView = z.infer<typeof cleanUpRunView>;
export type CleanUpStatus = z.infer<typeof cleanUpStatus>;
export type SetCleanUpPolicyRequest = z.infer<typeof setCleanUpPolicyRequest>;
