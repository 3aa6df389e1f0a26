import { request } from "node:http";
import { text } from "node:stream/consumers";
import { layConfig, readStart } from "./lay-config.mjs";

/** Between two looks at whether the agent has it (milliseconds). */
const pauseMs = 200;
/** A little less than AgentPod waits. */
const limitMs = 80_000;

/** The agent's own method for the world that holds its token; over loopback, which it takes for itself. */
function ask(port, method, params) {
  return new Promise((resolve, reject) => {
    const body = JSON.stringify({ method, params });
    const headers = {
      authorization: `Bearer ${process.env.OPENCLAW_GATEWAY_TOKEN}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      connection: "close",
    };
    const asked = request({ host: "127.0.0.1", port, path: "/api/v1/admin/rpc", method: "POST", headers, timeout: 20_000 }, (response) => {
      text(response).then((said) => {
        const { ok, payload, error } = JSON.parse(said);
        if (ok) resolve(payload);
        else reject(new Error(`${response.statusCode} ${error?.message ?? ""}`));
      }, reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("the agent does not answer")));
    asked.on("error", reject);
    asked.end(body);
  });
}

// The agent's memory is its unit's: this program stays small and ends soon.
try {
  const { AGENT_LIVE } = JSON.parse(await text(process.stdin));
  const { fixed, own, port } = readStart();
  const mark = layConfig({ fixed, own, live: JSON.parse(AGENT_LIVE || "{}") });
  const until = Date.now() + limitMs;
  for (;;) {
    const { config, configRevisionHash, appliedConfigHash } = await ask(port, "config.get", {});
    // Read, and in force: a reload that failed leaves the hash of the one before.
    if (config?.wizard?.lastRunCommand === mark && configRevisionHash === appliedConfigHash) break;
    if (Date.now() > until) throw new Error("the agent did not take the configuration");
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
} catch (error) {
  console.error(`agentpod: ${error.message}`);
  process.exitCode = 1;
}
