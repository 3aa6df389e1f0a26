import type { UsageCheckView } from "@agentpod/core/api/llm-view";
import { AppError } from "@agentpod/core/errors";
import { compareUsage } from "@agentpod/core/llm/compare-usage";
import { sumUsage } from "@agentpod/core/llm/sum-usage";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { agentUsageRequest, readAgentUsage } from "@agentpod/core/products/agents/agent-usage";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import type { Store } from "@agentpod/core/store";
import { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import { type AdminRequest, askAgentAdmin } from "./ask-agent-admin.ts";

const answer = z.object({ ok: z.literal(true), payload: z.unknown() });
/** An agent that counts anew says so, and is soon done: it is asked so often before that is passed on. */
const mostTries = 5;
const pauseMs = 400;

type Read = <T>(work: (store: Store) => Promise<T>) => Promise<T>;

/** Both counts of an agent, by day. Throws `invalid` for a pod that is none, `conflict` while it does not run, `unavailable` where it does not answer. */
export async function checkUsage(
  read: Read,
  { runtime }: Pick<AppDeps, "runtime">,
  name: { tenant: string; pod: string },
  { from, to }: { from: string; to: string },
): Promise<UsageCheckView> {
  const { target, token, label } = await read(async (store) => {
    const pod = await store.pods.get(name.tenant, name.pod);
    const target = targetOf(pod);
    return { target, token: (await store.secrets.reveal(pod.id))[target.secret] ?? "", label: podLabel(pod) };
  });
  const request = { dial: () => runtime.dial(target.id, target.port), path: "/api/v1/admin/rpc", token };
  const told = await askUsage(request, from, to, label);
  // Asked after the agent: what it used meanwhile is counted by the proxy first.
  const rows = await read((store) => store.llmUsage.usage({ ...name, from, to }));
  const proxy = sumUsage(rows, "day").map((row) => ({ ...row, day: row.day ?? "" }));
  const days = compareUsage(
    proxy.map(({ day, calls, estimated, input, output, cacheRead, cacheWrite }) => {
      return { day, calls, estimated, input, output, cacheRead, cacheWrite };
    }),
    told.days,
  );
  return { ...name, from, to, isWhole: told.isWhole, days };
}

function targetOf(pod: Pod) {
  const gateway = gatewayUnit(pod.spec);
  if (gateway === null) throw new AppError("invalid", `${podLabel(pod)} is no agent: none of its units has a probe of kind agent`);
  const unit = pod.status.units.find(({ name }) => name === gateway.unit);
  if (unit?.state !== "running") throw new AppError("conflict", `${podLabel(pod)} does not run: start it, and its agent can be asked`);
  return { id: { pod: pod.id, unit: gateway.unit, revision: unit.revision }, port: gateway.port, secret: gateway.secret };
}

async function askUsage(request: Omit<AdminRequest, "body">, from: string, to: string, label: string) {
  for (let tries = 1; ; tries++) {
    const said = answer.safeParse(await askAgentAdmin({ ...request, body: agentUsageRequest(from, to) })).data;
    const usage = readAgentUsage(said?.payload);
    if (usage === null) throw new AppError("unavailable", `the agent of ${label} does not say what it used; look at its log`);
    if (usage.isWhole || tries === mostTries) return usage;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
