import { enabledChannels, withChannelSecrets } from "./channel-catalog.ts";
import { type ConfigRecord, mergeConfig } from "./config-record.ts";
import { referenceTo } from "./environment-name.ts";

/** What a pod's model is and who serves it; `model` empty: the agent has none yet. */
export interface AgentModel {
  model: string;
  api: string;
  contextWindow: number;
  maxTokens: number;
  /** Calls go through AgentPod's LLM proxy. */
  isProxied: boolean;
}

export interface ConfigParts {
  /** Of the package. */
  packaged: ConfigRecord;
  /** Of the pod, laid over it. */
  overrides: ConfigRecord;
  model: AgentModel;
}

/** Below everything: an agent that costs little, asks the world nothing by itself, and shows no shell. */
const lean: ConfigRecord = {
  agents: { defaults: { heartbeat: { every: "0m" }, skipBootstrap: true } },
  models: { catalogRefresh: { enabled: false } },
  plugins: { slots: { memory: "none" } },
};

/**
 * What no package and no customer says: who may reach the agent, and how. `${…}` is filled when the agent starts; the
 * port and the address to listen on are arguments of its start.
 */
const fixed: ConfigRecord = {
  gateway: {
    mode: "local",
    auth: { mode: "token" },
    trustedProxies: [referenceTo("AGENT_TRUSTED_PROXY")],
    controlUi: { allowedOrigins: [referenceTo("AGENT_ORIGIN")] },
    terminal: { enabled: false },
    // By which AgentPod itself asks it something; no route leads there.
    http: { endpoints: { chatCompletions: { enabled: true } } },
  },
  update: { checkOnStart: false },
  discovery: { mdns: { mode: "off" } },
  browser: { enabled: false },
  plugins: { entries: { "admin-http-rpc": { enabled: true }, agentpod: { enabled: true } } },
};

/** The whole `openclaw.json` of a pod. Secrets are `${REFERENCES}` to its environment. */
export function renderConfig({ packaged, overrides, model }: ConfigParts): ConfigRecord {
  const said = mergeConfig(mergeConfig(mergeConfig(lean, modelConfig(model)), packaged), overrides);
  const whole = mergeConfig(withChannelSecrets(said), fixed);
  const channels = enabledChannels(whole);
  const packs = channels.flatMap(({ pack }) => (pack === null ? [] : [`${referenceTo("AGENT_MODULES")}/${pack}`]));
  return mergeConfig(whole, {
    plugins: {
      allow: ["admin-http-rpc", "agentpod", ...channels.map(({ id }) => id)],
      load: { paths: [referenceTo("AGENT_HAND_OVER"), ...packs] },
    },
  });
}

/** One provider for every API that speaks the same language; its address and key are the pod's, never the package's. */
function modelConfig({ model, api, contextWindow, maxTokens, isProxied }: AgentModel): ConfigRecord {
  if (model === "") return {};
  // Unasked, OpenClaw wants no usage from a server that it does not know, and counts nothing; the proxy tells it to whoever asks.
  const compat = isProxied && api === "openai-completions" ? { compat: { supportsUsageInStreaming: true } } : {};
  const models = [{ id: model, name: model, contextWindow, maxTokens, ...compat }];
  const provider = { baseUrl: referenceTo("LLM_BASE_URL"), apiKey: referenceTo("LLM_API_KEY"), api, models };
  return { models: { providers: { llm: provider } }, agents: { defaults: { model: { primary: `llm/${model}` } } } };
}
