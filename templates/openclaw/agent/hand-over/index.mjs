import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** OpenClaw's own interface to plugins, of the very program that runs. */
const sdk = async () => {
  const near = createRequire(join(process.env.AGENT_MODULES ?? "", "openclaw", "package.json"));
  return import(pathToFileURL(near.resolve("openclaw/plugin-sdk/device-bootstrap")).href);
};

/** To talk to the agent and decide what it asks; not to change what it is. */
const profile = async ({ BOOTSTRAP_HANDOFF_OPERATOR_SCOPES }) => ({
  roles: ["operator"],
  scopes: [...BOOTSTRAP_HANDOFF_OPERATOR_SCOPES],
  purpose: "control-ui",
});

/**
 * Gives whoever has the gateway's token a credential for one browser, good once and for minutes, as `openclaw dashboard`
 * does in a process of its own that needs more memory than the agent. AgentPod alone comes here: its gateway leads nobody
 * else to this path.
 */
async function handOver(request, response) {
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(body));
    return true;
  };
  if (request.method !== "POST") return answer(405, { error: "POST" });
  request.resume();
  const { issueDeviceBootstrapToken, ...parts } = await sdk();
  const { token, expiresAtMs } = await issueDeviceBootstrapToken({ profile: await profile(parts) });
  return answer(200, { token, expiresAtMs });
}

export default {
  id: "agentpod",
  name: "AgentPod",
  description: "Hands the agent to its user",
  configSchema: { type: "object", additionalProperties: false, properties: {} },
  register(api) {
    api.registerHttpRoute({
      path: "/api/v1/admin/hand-over",
      auth: "gateway",
      match: "exact",
      gatewayRuntimeScopeSurface: "trusted-operator",
      handler: handOver,
    });
  },
};
