import { join } from "node:path";
import { findOpenClaw } from "./find-openclaw.mjs";
import { configFile, keepStart, layConfig } from "./lay-config.mjs";
import { layFiles } from "./lay-files.mjs";
import { layPlugins } from "./lay-plugins.mjs";
import { migrateState } from "./migrate-state.mjs";

/** As OpenClaw itself ends for a configuration that it does not take. */
const badConfiguration = 78;

const { AGENT_VERSION = "", AGENT_CONFIG = "{}", AGENT_LIVE = "{}", AGENT_CODE = "." } = process.env;
const { AGENT_PORT = "18789", AGENT_LISTEN = "", AGENT_URL = "" } = process.env;
const { OPENCLAW_STATE_DIR: state = "" } = process.env;

try {
  // The state is the agent's alone, whoever else may look into the volume.
  process.umask(0o077);
  const { program, modules } = findOpenClaw(process.env.PATH ?? "", AGENT_VERSION);
  const workspace = join(state, "workspace");
  for (const line of layFiles(join(AGENT_CODE, "package"), workspace, join(state, "agentpod-files.json"))) console.log(line);
  const fixed = JSON.parse(AGENT_CONFIG);
  layPlugins({ paths: fixed.plugins?.load?.paths ?? [], modules, program, state });
  const own = {
    agents: { defaults: { workspace } },
    // Left alone it would fill /tmp, which is memory, up to 600 MB; what is printed is kept by AgentPod in any case.
    logging: { file: join(state, "logs", "agent.log"), maxFileBytes: 2_000_000 },
  };
  keepStart({ fixed, own, port: Number(AGENT_PORT) });
  layConfig({ fixed, own, live: JSON.parse(AGENT_LIVE) });
  const env = environment({
    HOME: state,
    OPENCLAW_HOME: state,
    OPENCLAW_CONFIG_PATH: configFile(),
    // The configuration is AgentPod's: what the agent's own page changed would be gone with the next start.
    OPENCLAW_CONFIG_READONLY: "1",
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    XDG_CACHE_HOME: join(state, "cache"),
    AGENT_ORIGIN: URL.parse(AGENT_URL)?.origin ?? "",
    AGENT_MODULES: modules,
    AGENT_HAND_OVER: join(AGENT_CODE, "hand-over"),
    // A model's server that asks for no key gets one all the same: a reference to nothing is refused.
    LLM_API_KEY: process.env.LLM_API_KEY || "none",
  });
  migrateState({ state, version: AGENT_VERSION, program, env, config: configFile() });
  const bind = AGENT_LISTEN === "127.0.0.1" ? "loopback" : "lan";
  // In this process's place: signals reach the agent, and its end is the unit's.
  process.execve(process.execPath, [process.execPath, program, "gateway", "run", "--bind", bind, "--port", AGENT_PORT], env);
} catch (error) {
  console.error(`agentpod: ${error.message}`);
  process.exitCode = badConfiguration;
}

/** An input that was left empty is no variable: a reference to it is then one to nothing. */
function environment(own) {
  const given = { ...process.env, ...own };
  for (const name of ["AGENT_CONFIG", "AGENT_LIVE", "AGENT_CODE", "AGENT_PORT", "AGENT_LISTEN", "AGENT_URL", "AGENT_VERSION"])
    delete given[name];
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}
