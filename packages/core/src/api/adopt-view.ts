import { z } from "zod";
import type { AdoptAdvice } from "../adopt-rules.ts";

const advice = {
  obstacles: z.array(z.string()),
  dangers: z.array(z.string()),
  keeps: z.array(z.string()),
  loses: z.array(z.string()),
} satisfies Record<keyof AdoptAdvice, z.ZodType>;

/** A container that AgentPod did not make, and what adopting it would mean; nothing of its environment. */
export const foreignContainerView = z.object({
  id: z.string(),
  name: z.string(),
  image: z.string().nullable(),
  state: z.string(),
  startedAt: z.string().nullable(),
  ports: z.array(z.object({ container: z.number(), published: z.object({ address: z.string(), port: z.number() }).nullable() })),
  volumes: z.array(z.object({ name: z.string(), path: z.string(), isReadOnly: z.boolean(), isAnonymous: z.boolean() })),
  folders: z.array(z.object({ source: z.string(), path: z.string(), isReadOnly: z.boolean() })),
  restart: z.string(),
  compose: z.object({ project: z.string(), service: z.string() }).nullable(),
  limits: z.object({ cpus: z.number().nullable(), memoryMb: z.number().nullable(), pids: z.number().nullable() }),
  /** Why it cannot be adopted, what it may do to the machine, what stays, and what is lost once it is made anew. */
  ...advice,
});

export const adoptRequest = z.strictObject({
  /** Name or id. */
  container: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/, "the name or id of a container"),
  /** The container's port that the pod's address leads to. */
  port: z.int().min(1).max(65_535).optional(),
  healthPath: z
    .string()
    .max(2048)
    .regex(/^\/[\x21-\x7e]*$/, "a path such as /healthz")
    .optional(),
  memoryMb: z.int().min(16).max(1_048_576).optional(),
  cpus: z.number().min(0.05).max(64).optional(),
  /** Also what may do anything to the machine. */
  dangerous: z.boolean().default(false),
});

export type ForeignContainerView = z.infer<typeof foreignContainerView>;
export type AdoptRequest = z.input<typeof adoptRequest>;
