import { name } from "@agentpod/core/name";
import { z } from "zod";

export const tenantParams = z.object({ tenant: name });
export const podParams = z.object({ tenant: name, pod: name });

/** `true`/`1`/empty or `false`/`0` in a query. */
export const flag = z
  .enum(["true", "false", "1", "0", ""], "true or false")
  .optional()
  .transform((value) => value === "true" || value === "1" || value === "");

/** The same, and undefined where it is not said. */
export const givenFlag = z
  .enum(["true", "false", "1", "0", ""], "true or false")
  .optional()
  .transform((value) => (value === undefined ? undefined : value === "true" || value === "1" || value === ""));

/** A query number. */
export const count = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `a number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a number from ${min} to ${max}`);
