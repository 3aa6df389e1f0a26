import type { Upstream } from "../proxy/upstream.ts";
import type { Route } from "./route.ts";

export interface FrontDoorSettings {
  baseDomains: readonly string[];
  frontHosts: readonly string[];
}

/** Whether a host that no route has may only be a pod's: such a host gets 404, any other one AgentPod itself. */
export function isPodHost(host: string, settings: FrontDoorSettings): boolean {
  if (settings.frontHosts.includes(host)) return false;
  return settings.baseDomains.some((domain) => host.endsWith(`.${domain}`));
}

/** A model may think for long before its first word; the server has a limit of its own. */
const llmTimeoutSeconds = 900;

/** The API under `/api`, the LLM proxy under `/llm` and, without a dashboard, everything else too. */
export function frontRoutes(server: Upstream, dashboard: Upstream | null): (path: string) => Route {
  const api = frontRoute("agentpod-server", server);
  const llm = frontRoute("agentpod-llm", server, llmTimeoutSeconds);
  const pages = dashboard ? frontRoute("agentpod-dashboard", dashboard) : api;
  return (path) => (/^\/api(?:[/?]|$)/.test(path) ? api : /^\/llm(?:[/?]|$)/.test(path) ? llm : pages);
}

function frontRoute(id: string, upstream: Upstream, timeoutSeconds = 120): Route {
  return {
    entry: {
      id,
      pod: "",
      label: "AgentPod",
      hosts: [],
      publicPort: null,
      path: "/",
      state: "serving",
      message: "",
      upstreams: [],
      holdSeconds: 0,
      timeoutSeconds,
      drainSeconds: 0,
    },
    prefix: "",
    upstreams: [upstream],
    isFront: true,
  };
}
