import { agentConfigView, agentTestView, setAgentConfigRequest, testAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import { invalidInput } from "@agentpod/core/draft-issues";
import { podLabel } from "@agentpod/core/pod";
import { channelSecretIssues } from "@agentpod/core/products/agents/complete-agent";
import { configInputs } from "@agentpod/core/products/agents/config-change";
import { factsOfPod, showConfig } from "../agent-packages/show-config.ts";
import { testConfig } from "../agent-packages/test-config.ts";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { wayOfChange } from "./way-of-change.ts";
import { updatePod } from "./write-pod.ts";

const tag = "Agents";
const path = "/tenants/{tenant}/pods/{pod}/agent-config";

export const agentConfigRoutes = [
  route({
    id: "getAgentConfig",
    method: "get",
    path,
    tag,
    summary: "An agent's model, channels and configuration, without secrets",
    access: needs("pod.read"),
    params: podParams,
    answer: { status: 200, schema: agentConfigView, description: "The configuration" },
    handle: ({ params, read }) =>
      read(async (store) => {
        const pod = await store.pods.get(params.tenant, params.pod);
        return showConfig(pod, await factsOfPod(store, pod), await store.secrets.reveal(pod.id));
      }),
  }),
  route({
    id: "setAgentConfig",
    method: "patch",
    path,
    tag,
    summary:
      "Change an agent's model, channels or configuration: the next generation, applied without a restart where the agent can; what is wrong is refused by its path",
    access: needs("pod.write"),
    audit: "agent.configured",
    params: podParams,
    body: setAgentConfigRequest,
    answer: { status: 202, schema: agentConfigView, description: "Accepted: the configuration as it is to be" },
    async handle({ principal, params, body, deps, change }) {
      const machine = await deps.machine();
      return change(async (store, note) => {
        const tenant = await store.tenants.get(params.tenant);
        const pod = await store.pods.get(params.tenant, params.pod);
        const facts = await factsOfPod(store, pod);
        const inputs = { ...body.inputs, ...configInputs(pod.inputs, body) };
        const writer = { store, deps, actor: principal.actor, machine };
        const { updated, applies } = await wayOfChange(store, pod, () =>
          updatePod(writer, tenant, pod, { inputs, generation: body.generation }),
        );
        const secrets = await store.secrets.reveal(updated.id);
        const view = showConfig(updated, facts, secrets);
        // What is stored is known here alone.
        const issues = channelSecretIssues(view.config, secrets);
        if (issues.length > 0) throw invalidInput(issues);
        note(
          notePod(updated, `agent ${podLabel(pod)} configured`, {
            generation: updated.generation,
            inputs: Object.keys(inputs),
            channels: Object.keys(body.channels ?? {}),
            applies,
          }),
        );
        return { ...view, applies };
      });
    },
  }),
  route({
    id: "testAgentConfig",
    method: "post",
    path: `${path}/test`,
    tag,
    summary: "Ask a provider or messenger whether it takes the agent's settings",
    access: needs("pod.write"),
    audit: "agent.config_tested",
    params: podParams,
    body: testAgentConfigRequest,
    answer: { status: 200, schema: agentTestView, description: "What it said" },
    async handle({ params, body, deps, read, change }) {
      const { pod, secrets, telegramRoot } = await read(async (store) => {
        const found = await store.pods.get(params.tenant, params.pod);
        const stored = await store.secrets.reveal(found.id);
        const view = showConfig(found, await factsOfPod(store, found), stored);
        const root = view.channels.find(({ id }) => id === "telegram")?.config.apiRoot;
        return { pod: found, secrets: stored, telegramRoot: typeof root === "string" ? root : "" };
      });
      const result = await testConfig({ what: body.what, inputs: pod.inputs, telegramRoot, secrets }, deps.outbound);
      return change(async (_store, note) => {
        note({
          ...notePod(pod, `settings of agent ${podLabel(pod)} tested`, { what: body.what, ok: result.ok }),
          ...(!result.ok && { outcome: { type: "agent.config_tested", result: "failed" as const } }),
        });
        return result;
      });
    },
  }),
];
