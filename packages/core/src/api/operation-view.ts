import { z } from "zod";
import { errorCodes } from "../errors.ts";
import type { Json, Operation, OperationStep } from "../operation.ts";
import { operationStates } from "../operation.ts";

const json = z.unknown().transform((value) => value as Json);

export const operationStepView = z.object({
  seq: z.number(),
  name: z.string(),
  subject: z.string().nullable(),
  state: z.enum(["running", "succeeded", "failed", "cancelled"]),
  message: z.string(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
}) satisfies z.ZodType<OperationStep>;

export const operationSummary = z.object({
  id: z.string(),
  kind: z.string(),
  tenantId: z.string().nullable(),
  tenant: z.string().nullable(),
  pods: z.array(z.object({ id: z.string(), name: z.string() })),
  actor: z.string(),
  state: z.enum(operationStates),
  input: json,
  output: json,
  message: z.string(),
  error: z
    .object({
      code: z.enum(errorCodes),
      message: z.string(),
      issues: z.array(z.object({ path: z.string(), expected: z.string(), nearest: z.string().optional() })).optional(),
    })
    .nullable(),
  position: z.number().nullable(),
  cancelledBy: z.string().nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
});

/** As in `Operation`, and its steps so far. */
export const operationView = operationSummary.extend({ steps: z.array(operationStepView) });

export type OperationSummary = Operation;
export type OperationView = Operation & { steps: OperationStep[] };
