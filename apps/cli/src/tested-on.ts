import type { TemplateView } from "@agentpod/core/api/template-view";

/** Runtimes on which AgentPod's own tests start a template; of somebody's own template nothing is known. */
export function testedOn({ tenantId, template: { tested = [] } }: Pick<TemplateView, "tenantId" | "template">): string {
  return tenantId === null && tested.length > 0 ? tested.join(", ") : "untested";
}
