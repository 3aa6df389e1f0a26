import { readFileSync } from "node:fs";
import { join } from "node:path";

const program = readFileSync(join(import.meta.dirname, "agent-program.mjs"), "utf8");
const argv = ["node", "--input-type=module", "-e", program];

const text = (en: string, zh: string, value = "") => ({ type: "string", default: value, maxLength: 4000, title: { en, zh } });

/** What makes agents that run without the program that real ones are: a template of the agents' product, so a package. */
export const agentTemplate = (name: string, about: string) => ({
  apiVersion: "agentpod/v1",
  kind: "Template",
  name,
  title: { en: "Support", zh: "客服" },
  description: { en: about, zh: "回答客户问题" },
  product: { name: "agent", facts: { version: "2026.9.4", allow: ["messages"], channels: ["telegram"] } },
  inputs: {
    gatewayToken: { type: "string", generate: "password", title: { en: "Token", zh: "令牌" } },
    llmModel: text("Model", "模型", "m1"),
    llmBaseUrl: text("Address of the model", "模型地址"),
    llmApi: text("Language of the model", "模型接口协议", "openai-completions"),
    llmContextWindow: { type: "integer", default: 128000, title: { en: "Context window", zh: "上下文长度" } },
    llmMaxTokens: { type: "integer", default: 8192, title: { en: "Longest answer", zh: "回答上限" } },
    channels: text("Messengers", "消息渠道", "{}"),
    config: text("Configuration", "配置", "{}"),
  },
  spec: {
    units: [
      {
        name: "agent",
        image: "node:24-bookworm-slim",
        command: argv,
        local: { argv, needs: ["node"] },
        env: {
          AGENT_PORT: "{{ units.agent.port }}",
          AGENT_LISTEN: "{{ listen }}",
          AGENT_TOKEN: "{{ inputs.gatewayToken }}",
          AGENT_CHANNELS: "{{ inputs.channels }}",
          LLM_MODEL: "{{ inputs.llmModel }}",
        },
        ports: [{ name: "gateway", container: 18789 }],
        resources: { cpus: 1, memoryMb: 256 },
        probe: { kind: "agent", port: "gateway", secret: "gatewayToken", intervalSeconds: 1 },
      },
    ],
    routes: [{ unit: "agent", port: "gateway", policies: { deniedPaths: ["/api/v1/admin", "/v1"], forwardedFor: "client" } }],
  },
});

const fine = { enabled: true, configured: true, running: true, connected: true, healthState: "healthy" };

/** Messengers of an agent, as it tells of them: both there, or one refused. */
export const messengers = {
  fine: { telegram: { accounts: { default: fine } }, slack: { accounts: { default: fine } } },
  lost: {
    telegram: { accounts: { default: { enabled: true, configured: true, lifecycle: "blocked", lastError: "401: Unauthorized" } } },
    slack: { accounts: { default: fine } },
  },
};
