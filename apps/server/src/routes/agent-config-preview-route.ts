import { agentConfigView, setAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import { invalidInput } from "@agentpod/core/draft-issues";
import { podLabel } from "@agentpod/core/pod";
import { channelSecretIssues } from "@agentpod/core/products/agents/complete-agent";
import { configInputs } from "@agentpod/core/products/agents/config-change";
import { factsOfPod, showConfig } from "../agent-packages/show-config.ts";
import { needs } from "../auth/access.ts";
import { notePod } from "./note-pod.ts";
import { podParams } from "./path-params.ts";
import { route } from "./route.ts";
import { wayOfDraft } from "./way-of-change.ts";
import { draftUpdate } from "./write-pod.ts";

/** The same checks as the change itself, and nothing of it. */
export const agentConfigPreviewRoute = route({
  id: "previewAgentConfig",
  method: "post",
  path: "/tenants/{tenant}/pods/{pod}/agent-config/preview",
  tag: "Agents",
  summary: "What a change would make of an agent's configuration; nothing is changed, and what is wrong is refused by its path",
  access: needs("pod.write"),
  audit: "agent.config_previewed",
  params: podParams,
  body: setAgentConfigRequest,
  answer: { status: 200, schema: agentConfigView, description: "The configuration as it would be" },
  async handle({ principal, params, body, deps, change }) {
    const machine = await deps.machine();
    return change(async (store, note) => {
      const tenant = await store.tenants.get(params.tenant);
      const pod = await store.pods.get(params.tenant, params.pod);
      const facts = await factsOfPod(store, pod);
      const inputs = { ...body.inputs, ...configInputs(pod.inputs, body) };
      const draft = await draftUpdate({ store, deps, actor: principal.actor, machine }, tenant, pod, { inputs });
      const secrets = { ...(await store.secrets.reveal(pod.id)), ...draft.secrets };
      const view = showConfig({ ...pod, inputs: draft.inputs }, facts, secrets);
      const issues = channelSecretIssues(view.config, secrets);
      if (issues.length > 0) throw invalidInput(issues);
      note(notePod(pod, `a change of agent ${podLabel(pod)} was looked at`, { inputs: Object.keys(inputs) }));
      return { ...view, applies: await wayOfDraft(store, pod, draft) };
    });
  },
});
