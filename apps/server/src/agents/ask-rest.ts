import type { Duplex } from "node:stream";
import { agentRest, suspensionOf } from "@agentpod/core/products/agents/hibernation-rest";
import type { Rest } from "@agentpod/core/rest";
import { z } from "zod";
import { askAgentAdmin } from "./ask-agent-admin.ts";

const rpcPath = "/api/v1/admin/rpc";
const answer = z.object({ ok: z.literal(true), payload: z.unknown() });
/** As long as an agent that cannot be asked is left alone. */
const againMs = 300_000;

export interface RestQuestion {
  /** A fresh connection to the agent's own port. */
  dial(): Promise<Duplex>;
  token: string;
  /** 0: who spoke to it lately does not count. */
  idleSeconds: number;
  now: Date;
}

/**
 * Asks an agent whether it may be put to sleep, and when it has to run again. It stands still for the moment of the question:
 * that is how it says what is under way. One that does not answer as an agent stays awake: its jobs are not known.
 */
export async function askRest({ dial, token, idleSeconds, now }: RestQuestion): Promise<Rest> {
  const rpc = async (method: string, params: object): Promise<unknown> =>
    answer.parse(await askAgentAdmin({ dial, path: rpcPath, token, body: { method, params } })).payload;
  try {
    const prepared = await rpc("gateway.suspend.prepare", { requestId: "agentpod-rest" });
    const suspensionId = suspensionOf(prepared);
    // Nothing else is answered until it goes on.
    if (suspensionId !== null) await rpc("gateway.suspend.resume", { suspensionId });
    const scheduler = await rpc("cron.status", {});
    // Of a few hundred jobs a list gives the first ones: those that matter are asked for.
    const jobs = [await rpc("cron.list", { scheduleKind: "stream" }), await rpc("cron.list", { scheduleKind: "on-exit" })];
    const health = await rpc("health", {});
    const rest = agentRest({ prepared, scheduler, jobs, health }, idleSeconds, now);
    if (rest !== null) return rest;
  } catch {
    // Away, or not of a kind that can be asked: it counts as an answer that is none.
  }
  return { kind: "stay", until: new Date(now.getTime() + againMs).toISOString(), why: "it does not say what jobs it has" };
}
