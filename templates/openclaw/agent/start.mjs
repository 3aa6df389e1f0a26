import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findOpenClaw } from "./find-openclaw.mjs";
import { layFiles } from "./lay-files.mjs";

/** As OpenClaw itself ends for a configuration that it does not take. */
const badConfiguration = 78;

const { AGENT_VERSION = "", AGENT_CONFIG = "{}", AGENT_CODE = ".", AGENT_PORT = "18789", AGENT_LISTEN = "", AGENT_URL = "" } = process.env;
const { OPENCLAW_STATE_DIR: state = "" } = process.env;

try {
  // The state is the agent's alone, whoever else may look into the volume.
  process.umask(0o077);
  const { program, modules } = findOpenClaw(process.env.PATH ?? "", AGENT_VERSION);
  const workspace = join(state, "workspace");
  for (const line of layFiles(join(AGENT_CODE, "package"), workspace, join(state, "agentpod-files.json"))) console.log(line);
  const config = writeConfig({ agents: { defaults: { workspace } } });
  const env = environment({
    HOME: state,
    OPENCLAW_HOME: state,
    OPENCLAW_CONFIG_PATH: config,
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
  const bind = AGENT_LISTEN === "127.0.0.1" ? "loopback" : "lan";
  // In this process's place: signals reach the agent, and its end is the unit's.
  process.execve(process.execPath, [process.execPath, program, "gateway", "run", "--bind", bind, "--port", AGENT_PORT], env);
} catch (error) {
  console.error(`agentpod: ${error.message}`);
  process.exitCode = badConfiguration;
}

/** The configuration with what only this machine knows, in memory where /tmp is; the state keeps no copy. */
function writeConfig({ agents }) {
  const config = JSON.parse(AGENT_CONFIG);
  config.agents = { ...config.agents, defaults: { ...config.agents?.defaults, ...agents.defaults } };
  // Left alone it would fill /tmp, which is memory, up to 600 MB; what is printed is kept by AgentPod in any case.
  config.logging = { ...config.logging, file: join(state, "logs", "agent.log"), maxFileBytes: 2_000_000 };
  const folder = join(tmpdir(), "agent");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "openclaw.json");
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** An input that was left empty is no variable: a reference to it is then one to nothing. */
function environment(own) {
  const given = { ...process.env, ...own };
  for (const name of ["AGENT_CONFIG", "AGENT_CODE", "AGENT_PORT", "AGENT_LISTEN", "AGENT_URL", "AGENT_VERSION"]) delete given[name];
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
}
