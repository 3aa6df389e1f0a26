import type { AgentConfigView, AgentTestView, SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import type { AgentPackageView, ApplyAgentPackageRequest } from "@agentpod/core/api/agent-package-view";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;
const configPath = (tenant: string, pod: string) => `/tenants/${enc(tenant)}/pods/${enc(pod)}/agent-config`;

/** Agent packages, and what is set of a pod that is made from one. */
export function agentCalls(transport: Transport) {
  return {
    packages: {
      list: () => transport.json<AgentPackageView[]>("GET", "/agent-packages"),
      get: (name: string, query: { tenant?: string; version?: number } = {}) =>
        transport.json<AgentPackageView>("GET", `/agent-packages/${enc(name)}`, { query }),
      apply: (body: ApplyAgentPackageRequest, tenant?: string) =>
        transport.json<AgentPackageView>("PUT", `/agent-packages/${enc(body.package.name)}`, { json: body, query: { tenant } }),
    },
    config: (tenant: string, pod: string) => transport.json<AgentConfigView>("GET", configPath(tenant, pod)),
    configure: (tenant: string, pod: string, body: SetAgentConfigRequest) =>
      transport.json<AgentConfigView>("PATCH", configPath(tenant, pod), { json: body }),
    testConfig: (tenant: string, pod: string, what: string) =>
      transport.json<AgentTestView>("POST", `${configPath(tenant, pod)}/test`, { json: { what } }),
  };
}
