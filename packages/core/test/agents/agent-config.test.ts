import { describe, expect, test } from "vitest";
import { AppError } from "../../src/errors.ts";
import { canonicalJson } from "../../src/hash.ts";
import type { PodSpec } from "../../src/pod-spec.ts";
import { referenceTo } from "../../src/products/agents/environment-name.ts";
import { wholeConfig } from "../../src/products/agents/live-config.ts";
import { draft, storedPod } from "../draft-rig.ts";
import { code, packaged } from "./appliance.ts";

const botToken = `1234567:${"A".repeat(35)}`;

const unitOf = (spec: PodSpec) => spec.units.find((unit) => unit.name === "agent");
const configOf = (spec: PodSpec) => JSON.parse(canonicalJson(wholeConfig(unitOf(spec)?.env ?? {})));
const config = (value: unknown) => ({ config: JSON.stringify(value) });

function issuesOf(work: () => unknown): Record<string, string> {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return Object.fromEntries(error.issues.map((issue) => [issue.path, issue.expected]));
    throw error;
  }
  return {};
}

describe("A10 an agent's configuration", () => {
  test("is lean, shows no shell, and trusts nobody but AgentPod", () => {
    const { spec } = draft({ template: packaged() });
    expect(unitOf(spec)?.env.AGENT_CONFIG).toBe(
      '{"browser":{"enabled":false},"discovery":{"mdns":{"mode":"off"}},' +
        `"gateway":{"auth":{"mode":"token"},"controlUi":{"allowedOrigins":["${referenceTo("AGENT_ORIGIN")}"]},` +
        `"http":{"endpoints":{"chatCompletions":{"enabled":true}}},"mode":"local","terminal":{"enabled":false},` +
        `"trustedProxies":["${referenceTo("AGENT_TRUSTED_PROXY")}"]},"plugins":{"allow":["admin-http-rpc","agentpod"],` +
        `"entries":{"admin-http-rpc":{"enabled":true},"agentpod":{"enabled":true}},"load":{"paths":["${referenceTo("AGENT_HAND_OVER")}"]},` +
        '"slots":{"memory":"none"}},"update":{"checkOnStart":false}}',
    );
    expect(unitOf(spec)?.env.AGENT_LIVE).toBe(
      '{"agents":{"defaults":{"heartbeat":{"every":"0m"},"skipBootstrap":true}},"models":{"catalogRefresh":{"enabled":false}}}',
    );
    expect(unitOf(spec)?.build?.args).toEqual({ AGENT_VERSION: "2026.9.4", AGENT_PLUGINS: "" });
  });

  test("takes its model through the LLM proxy, or from an address of the pod's own with a secret key", () => {
    const proxied = unitOf(draft({ template: packaged(), inputs: { llmModel: "m1" } }).spec);
    expect(proxied?.env).toMatchObject({ LLM_BASE_URL: "{{ llm.url }}/v1", LLM_API_KEY: "{{ llm.key }}" });
    const claude = unitOf(draft({ template: packaged(), inputs: { llmModel: "c", llmApi: "anthropic-messages" } }).spec);
    expect(claude?.env.LLM_BASE_URL).toBe("{{ llm.url }}/anthropic");
    const { spec, secrets } = draft({
      template: packaged(),
      inputs: { llmModel: "m1", llmBaseUrl: "https://api.example.com/v1", llmKey: "sk-very-secret" },
    });
    expect(unitOf(spec)?.env).toMatchObject({ LLM_BASE_URL: "https://api.example.com/v1", LLM_API_KEY: "{{ secrets.llmKey }}" });
    expect(secrets.llmKey).toBe("sk-very-secret");
    expect(JSON.stringify(spec)).not.toContain("sk-very-secret");
    expect(configOf(spec)).toMatchObject({
      agents: { defaults: { model: { primary: "llm/m1" } } },
      models: {
        providers: {
          llm: {
            api: "openai-completions",
            apiKey: referenceTo("LLM_API_KEY"),
            baseUrl: referenceTo("LLM_BASE_URL"),
            models: [{ id: "m1" }],
          },
        },
      },
    });
  });

  test("P8 a channel's token is a reference; switched on without one it is refused", () => {
    const on = { channels: { telegram: { enabled: true, dmPolicy: "open", allowFrom: ["*"] } } };
    const allow = ["channels.telegram"];
    const { spec, secrets } = draft({ template: packaged({ allow }), inputs: { ...config(on), telegramBotToken: botToken } });
    expect(configOf(spec)).toMatchObject({
      channels: { telegram: { botToken: referenceTo("TELEGRAM_BOT_TOKEN"), enabled: true } },
      plugins: { allow: ["admin-http-rpc", "agentpod", "telegram"] },
    });
    expect(secrets.telegramBotToken).toBe(botToken);
    expect(JSON.stringify(spec)).not.toContain(botToken);
    expect(issuesOf(() => draft({ template: packaged({ allow }), inputs: config(on) }))).toEqual({
      "inputs.telegramBotToken": "the secret of the channel Telegram, for it is switched on",
    });
  });

  test("keeps a stored token where an update does not give it", () => {
    const template = packaged({ allow: ["channels.telegram"] });
    const on = config({ channels: { telegram: { enabled: true } } });
    const made = draft({ template, inputs: { ...on, telegramBotToken: botToken } });
    const previous = storedPod(made.spec, { name: "web", template: { name: "support-bot", version: 1 }, inputs: made.inputs });
    const changed = draft({ template, inputs: { llmModel: "m2" }, previous, storedSecrets: Object.keys(made.secrets) });
    expect(changed.secrets).toEqual({});
    expect(configOf(changed.spec)).toMatchObject({ channels: { telegram: { enabled: true } }, models: { providers: { llm: {} } } });
  });

  test("a plugin of a channel is built into the image of a package that has it, and into no other", () => {
    const template = packaged({ channels: ["discord"], allow: ["channels.discord"] });
    const { spec } = draft({ template, inputs: { ...config({ channels: { discord: { enabled: true } } }), discordToken: "t" } });
    expect(unitOf(spec)?.build?.args.AGENT_PLUGINS).toBe("@openclaw/discord@2026.9.4");
    expect(configOf(spec).plugins).toMatchObject({
      allow: ["admin-http-rpc", "agentpod", "discord"],
      load: { paths: [referenceTo("AGENT_HAND_OVER"), `${referenceTo("AGENT_MODULES")}/@openclaw/discord`] },
    });
    expect(
      issuesOf(() => draft({ template: packaged({ allow: ["channels"] }), inputs: config({ channels: { discrod: {} } }) })),
    ).toHaveProperty("config.channels.discrod", "a channel of the package: telegram");
  });

  test.each([
    ["what the package does not allow", { logging: { level: "debug" } }, "config.logging.level", /^a path that the package allows: /],
    ["who may reach the agent", { gateway: { trustedProxies: ["0.0.0.0/0"] } }, "config.gateway.trustedProxies", /AgentPod sets it/],
    ["a shell in the page", { gateway: { terminal: { enabled: true } } }, "config.gateway.terminal.enabled", /AgentPod sets it/],
    ["a whole part away", { gateway: null }, "config.gateway", /AgentPod sets it/],
    ["where it lies", { agents: { defaults: { workspace: "/etc" } } }, "config.agents.defaults.workspace", /AgentPod sets it/],
    ["code from elsewhere", { plugins: { load: { paths: ["/tmp/x"] } } }, "config.plugins.load.paths", /AgentPod sets it/],
    ["a file of the machine", { ui: { prefs: { $include: "/etc/passwd" } } }, 'config.ui.prefs["$include"]', /no \$include/],
    ["a secret in the open", { models: { providers: { x: { apiKey: "sk-1" } } } }, "config.models.providers.x.apiKey", /a reference/],
    ["a wrong word", { agents: { defaults: { thinkingDefault: "hgih" } } }, "config.agents.defaults.thinkingDefault", /^one of off/],
    ["an unknown key", { agents: { defaults: { modle: "x" } } }, "config.agents.defaults.modle", /^one of the keys/],
    ["a wrong kind of value", { agents: { defaults: { model: 3 } } }, "config.agents.defaults.model", /^text$/],
    ["a wrong value within a union", { agents: { defaults: { model: { primary: 3 } } } }, "config.agents.defaults.model.primary", /^text$/],
  ])("refuses %s, by its path", (_what, overrides, path, expected) => {
    const allow = ["agents", "gateway", "plugins", "ui", "models", "messages"];
    const issues = issuesOf(() => draft({ template: packaged({ allow }), inputs: config(overrides) }));
    expect(issues).toEqual({ [path]: expect.stringMatching(expected) });
  });

  test("names the nearest key", () => {
    const template = packaged({ allow: ["agents"] });
    try {
      draft({ template, inputs: config({ agents: { defaults: { modle: "x" } } }) });
      expect.unreachable();
    } catch (error) {
      expect((error as AppError).issues[0]?.nearest).toBe("model");
    }
  });

  test.each(["{", "[]", '"x"', "null"])("refuses %s as a configuration", (text) => {
    expect(issuesOf(() => draft({ template: packaged(), inputs: { config: text } }))).toHaveProperty("inputs.config");
  });

  test("A11 the heap follows the memory", () => {
    const heap = (memoryMb: number) => unitOf(draft({ template: packaged(), inputs: { memoryMb } }).spec)?.env.NODE_OPTIONS;
    expect(heap(640)).toContain("--max-old-space-size=384 ");
    expect(heap(1024)).toContain("--max-old-space-size=614 ");
  });
});

describe("A2 a package is a template", () => {
  test("with its files, inputs and limits; the appliance's own stay", () => {
    const { template } = packaged({
      inputs: { crmKey: { type: "string", secret: true } },
      model: { name: "gpt-4.1", contextWindow: 1_000_000 },
      resources: { memoryMb: 1024, cpus: 2 },
      idle: { sleepAfterSeconds: 600 },
      config: { mcp: { servers: { crm: { command: "crm-mcp", env: { CRM_KEY: referenceTo("CRM_KEY") } } } } },
    });
    const { spec, secrets } = draft({ template: { ...packaged(), template }, inputs: { crmKey: "key-of-acme" } });
    expect(unitOf(spec)).toMatchObject({
      code: { artifact: code, path: "/opt/agent" },
      env: { CRM_KEY: "{{ secrets.crmKey }}", OPENCLAW_GATEWAY_TOKEN: "{{ secrets.gatewayToken }}" },
      resources: { memoryMb: 1024, cpus: 2 },
      readOnlyRoot: true,
    });
    expect(spec.idle).toEqual({ sleepAfterSeconds: 600, openPages: "ignore" });
    expect(configOf(spec)).toMatchObject({ mcp: { servers: { crm: { command: "crm-mcp" } } }, agents: { defaults: { model: {} } } });
    expect(secrets).toMatchObject({ crmKey: "key-of-acme", gatewayToken: "generated-password" });
  });

  test.each([
    ["a configuration that its version does not take", { config: { agents: { defualts: {} } } }, "config.agents.defualts"],
    ["what is AgentPod's", { config: { gateway: { bind: "lan" } } }, "config.gateway.bind"],
    ["an input that the appliance has", { inputs: { memoryMb: { type: "integer", default: 1 } } }, "inputs.memoryMb"],
    ["an input that would be a variable of the appliance", { inputs: { openclawStateDir: { type: "string" } } }, "inputs.openclawStateDir"],
    ["an input that would change how programs start", { inputs: { nodeOptions: { type: "string" } } }, "inputs.nodeOptions"],
    [
      "text that would be read as a placeholder",
      { config: { messages: { responsePrefix: "{{ secrets.gatewayToken }}" } } },
      "config.messages.responsePrefix",
    ],
    ["a channel that its version has no plugin for", { version: "2026.9.1", channels: ["slack"] }, "channels"],
    ["an unknown version", { version: "2025.1.1" }, "version"],
  ])("refuses %s", (_what, changes, path) => {
    expect(Object.keys(issuesOf(() => packaged(changes)))).toEqual([path]);
  });

  test("A9 an update to a version that does not read the pod's state is refused, one that does is not", () => {
    const template = packaged();
    const made = draft({ template });
    const at = (version: string) => {
      const units = made.spec.units.map((unit) => ({ ...unit, env: { ...unit.env, AGENT_VERSION: version } }));
      const previous = storedPod({ ...made.spec, units }, { template: { name: "support-bot", version: 1 }, inputs: made.inputs });
      return issuesOf(() => draft({ template, previous, storedSecrets: Object.keys(made.secrets) }));
    };
    expect(at("2026.9.6")).toEqual({ template: expect.stringMatching(/^2026\.9\.6 or newer/) });
    expect(at("2026.9.1")).toEqual({});
  });

  test("A9 the same package on another version has that version's image", () => {
    const { spec } = draft({ template: packaged({ version: "2026.9.1" }) });
    expect(unitOf(spec)?.build?.args).toEqual({ AGENT_VERSION: "2026.9.1", AGENT_PLUGINS: "" });
    expect(unitOf(spec)?.env.AGENT_VERSION).toBe("2026.9.1");
  });

  test("an empty part of a configuration hides nothing that is refused", () => {
    expect(Object.keys(issuesOf(() => packaged({ config: { gateway: {} } })))).toEqual(["config.gateway"]);
  });
});
