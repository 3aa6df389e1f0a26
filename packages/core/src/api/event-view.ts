import { z } from "zod";
import type { AgentPodEvent } from "../event.ts";

export const eventView = z.object({
  cursor: z.string(),
  at: z.string(),
  type: z.string(),
  tenant: z.string().nullable(),
  pod: z.string().nullable(),
  podId: z.string().nullable(),
  actor: z.string(),
  source: z.string().nullable(),
  result: z.enum(["ok", "refused", "failed"]),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
}) satisfies z.ZodType<AgentPodEvent>;
