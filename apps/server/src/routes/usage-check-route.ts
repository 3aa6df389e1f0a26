import { usageCheckView } from "@agentpod/core/api/llm-view";
import { z } from "zod";
import { checkUsage } from "../agents/check-usage.ts";
import { needs } from "../auth/access.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";

const day = z.iso.date("a day such as 2026-01-31");
const dayMs = 86_400_000;
/** An agent keeps its chats, and counts them all. */
const mostDays = 92;

export const usageCheckRoute = route({
  id: "checkUsage",
  method: "get",
  path: "/tenants/{tenant}/pods/{pod}/usage/check",
  tag: "LLM",
  summary: "What the LLM proxy counted of an agent, beside what the agent says itself, by day, and what a difference means",
  access: needs("llm.read"),
  params: podParams,
  query: z
    .strictObject({
      /** Days (UTC), both included; absent: the last seven. */
      from: day.optional(),
      to: day.optional(),
    })
    .refine(
      ({ from, to }) => from === undefined || to === undefined || (from <= to && Date.parse(to) - Date.parse(from) < mostDays * dayMs),
      `at most ${mostDays} days, the first one first`,
    ),
  answer: { status: 200, schema: usageCheckView, description: "Both counts" },
  handle({ params, query, deps, read }) {
    const to = query.to ?? deps.clock().toISOString().slice(0, 10);
    const from = query.from ?? new Date(Date.parse(to) - 6 * dayMs).toISOString().slice(0, 10);
    return checkUsage(read, deps, params, { from, to });
  },
});
