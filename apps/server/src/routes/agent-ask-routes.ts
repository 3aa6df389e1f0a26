import { createHash, randomUUID } from "node:crypto";
import type { MachineRoom } from "@agentpod/core/admission-check";
import { agentAnswerLine, askAgentRequest } from "@agentpod/core/api/agent-ask-view";
import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import { redactor } from "@agentpod/core/redact";
import type { Store } from "@agentpod/core/store";
import { askAgent } from "../agents/ask-agent.ts";
import { askedAtOnce } from "../agents/asked-at-once.ts";
import { untilAwake } from "../agents/until-awake.ts";
import { needs } from "../auth/access.ts";
import { startRefusal } from "../reconciler/wake-pods.ts";
import { ndjson } from "./ndjson.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { runningUnit } from "./running-unit.ts";

const questions = askedAtOnce();

/** Throws `quota_exceeded` where it may not start now. */
async function wake(store: Store, pod: Pod, machine: MachineRoom | null): Promise<Pod> {
  const refusal = await startRefusal(store, pod, machine);
  if (refusal !== null) throw new AppError("quota_exceeded", refusal);
  return store.pods.setDesired(pod.id, "running", undefined, pod.generation);
}

export const agentAskRoutes = [
  route({
    id: "askAgent",
    method: "post",
    path: "/tenants/{tenant}/pods/{pod}/ask",
    tag: "Agents",
    summary: "Say something to an agent, which is woken where it is asleep; its answer as NDJSON, as it comes",
    // What it is told to do it does with its own tools: that is more than to look.
    access: needs("pod.exec"),
    audit: "agent.asked",
    params: podParams,
    body: askAgentRequest,
    answer: { status: 200, schema: agentAnswerLine, type: "application/x-ndjson", description: "One line for each piece of the answer" },
    async handle({ params, body, deps, principal, signal, read, change }) {
      const machine = await deps.machine();
      const { pod, isWaking, gateway, secrets } = await change(async (store, note) => {
        const seen = await store.pods.get(params.tenant, params.pod);
        const found = seen.desired === "sleeping" ? await wake(store, seen, machine) : seen;
        const unit = gatewayUnit(found.spec);
        if (unit === null) throw new AppError("invalid", `${podLabel(found)} is no agent: none of its units has a probe of kind agent`);
        const isWaking = found.desired === "running" && (seen.desired === "sleeping" || seen.status.phase === "sleeping");
        if (!isWaking) runningUnit(found, unit.unit);
        // Neither what is said nor what is answered: that is between the two.
        note(notePod(found, `agent ${podLabel(found)} was asked something`, { characters: body.message.length }));
        return {
          pod: found,
          isWaking,
          gateway: unit,
          secrets: await store.secrets.reveal(found.id),
        };
      });
      const look = () => read((store) => store.pods.get(params.tenant, params.pod));
      const awake = isWaking ? await untilAwake(look, gateway.unit, signal) : pod;
      const { name, revision } = runningUnit(awake, gateway.unit);
      const id = { pod: awake.id, unit: name, revision };
      const conversation = createHash("sha256")
        .update(JSON.stringify([principal.actor, body.conversation ?? randomUUID()]))
        .digest("hex")
        .slice(0, 32);
      return ndjson({ log: deps.log, clientGone: signal, follow: false }, (until) =>
        questions.with(pod.id, () =>
          askAgent({
            dial: () => deps.runtime.dial(id, gateway.port),
            token: secrets[gateway.secret] ?? "",
            message: body.message,
            conversation: `agentpod-${conversation}`,
            clean: redactor(secrets),
            signal: until,
          }),
        ),
      );
    },
  }),
];
