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

/** A push is read as a whole before its first word, and told of while it is deployed. */
const gitTimeoutSeconds = 1800;

/** The API under `/api`, the LLM proxy under `/llm`, remotes of git under `/git` and, without a dashboard, everything else too. */
export function frontRoutes(server: Upstream, dashboard: Upstream | null): (path: string) => Route {
  const api = frontRoute("agentpod-server", server);
  const llm = frontRoute("agentpod-llm", server, llmTimeoutSeconds);
  const git = frontRoute("agentpod-git", server, gitTimeoutSeconds);
  const pages = dashboard ? frontRoute("agentpod-dashboard", dashboard) : api;
  return (path) => {
    const first = /^\/(api|llm|git)(?:[/?]|$)/.exec(path)?.[1];
    return first === "api" ? api : first === "llm" ? llm : first === "git" ? git : pages;
  };
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
