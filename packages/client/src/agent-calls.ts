import type { AgentAnswerLine, AskAgentRequest } from "@agentpod/core/api/agent-ask-view";
import type { AgentConfigView, AgentTestView, SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import type { AgentPackageFile, AgentPackageView, ApplyAgentPackageRequest } from "@agentpod/core/api/agent-package-view";
import type { ChannelLoginView, StartChannelLoginRequest, WaitForChannelLoginRequest } from "@agentpod/core/api/channel-login-view";
import { readLines } from "./read-lines.ts";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const podPath = (tenant: string, pod: string) => `/tenants/${enc(tenant)}/pods/${enc(pod)}`;
const configPath = (tenant: string, pod: string) => `${podPath(tenant, pod)}/agent-config`;

/** Agent packages, and what is set of a pod that is made from one. */
export function agentCalls(transport: Transport) {
  return {
    packages: {
      list: () => transport.json<AgentPackageView[]>("GET", "/agent-packages"),
      get: (name: string, query: { tenant?: string; version?: number } = {}) =>
        transport.json<AgentPackageView>("GET", `/agent-packages/${enc(name)}`, { query }),
      versions: (name: string, tenant?: string) =>
        transport.json<AgentPackageView[]>("GET", `/agent-packages/${enc(name)}/versions`, { query: { tenant } }),
      files: (name: string, query: { tenant?: string; version?: number } = {}) =>
        transport.json<AgentPackageFile[]>("GET", `/agent-packages/${enc(name)}/files`, { query }),
      apply: (body: ApplyAgentPackageRequest, tenant?: string) =>
        transport.json<AgentPackageView>("PUT", `/agent-packages/${enc(body.package.name)}`, { json: body, query: { tenant } }),
    },
    config: (tenant: string, pod: string) => transport.json<AgentConfigView>("GET", configPath(tenant, pod)),
    configure: (tenant: string, pod: string, body: SetAgentConfigRequest) =>
      transport.json<AgentConfigView>("PATCH", configPath(tenant, pod), { json: body }),
    /** What `configure` would answer; nothing is changed. */
    previewConfig: (tenant: string, pod: string, body: SetAgentConfigRequest) =>
      transport.json<AgentConfigView>("POST", `${configPath(tenant, pod)}/preview`, { json: body }),
    testConfig: (tenant: string, pod: string, what: string) =>
      transport.json<AgentTestView>("POST", `${configPath(tenant, pod)}/test`, { json: { what } }),
    channels: {
      /** A code to be shown, or `linked`. */
      login: (tenant: string, pod: string, channel: string, json: StartChannelLoginRequest = {}, signal?: AbortSignal) =>
        transport.json<ChannelLoginView>("POST", `${podPath(tenant, pod)}/channels/${enc(channel)}/login`, {
          json,
          ...(signal && { signal }),
        }),
      /** Answers after some seconds at the latest. */
      awaitLogin: (tenant: string, pod: string, channel: string, json: WaitForChannelLoginRequest = {}, signal?: AbortSignal) =>
        transport.json<ChannelLoginView>("POST", `${podPath(tenant, pod)}/channels/${enc(channel)}/login/wait`, {
          json,
          ...(signal && { signal }),
        }),
    },
    /** Says something to the agent; its answer as it comes. The signal's end is the question's, too. */
    ask: async function* (tenant: string, pod: string, json: AskAgentRequest, signal?: AbortSignal): AsyncGenerator<AgentAnswerLine> {
      const path = `${podPath(tenant, pod)}/ask`;
      yield* readLines<AgentAnswerLine>(await transport.stream("POST", path, { json, ...(signal && { signal }) }), signal);
    },
  };
}
