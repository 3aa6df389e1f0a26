import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import { addLlmProviderRequest, type LlmUsageView } from "@agentpod/core/api/llm-view";
import { packFolder } from "@agentpod/host/pack-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { screenPaths } from "../src/routing/match-screen.ts";
import { changeOf, emptyDraft, fieldText, patchOf } from "../src/screens/agent-config/config-draft.ts";
import { configOfRevision } from "../src/screens/agent-config/config-of-revision.ts";
import { modelNames } from "../src/screens/agent-config/model-names.ts";
import { secretsIn } from "../src/screens/agent-config/secrets-in.ts";
import { agentStages } from "../src/screens/agent-packages/agent-stages.ts";
import { inputGroups } from "../src/screens/agent-packages/input-groups.ts";
import { mcpServers } from "../src/screens/agent-packages/mcp-servers.ts";
import { packTar } from "../src/screens/agent-packages/pack-tar.ts";
import { packageFolder } from "../src/screens/agent-packages/package-folder.ts";
import { manifestProblems, readManifest } from "../src/screens/agent-packages/package-manifest.ts";
import { agentsOf } from "../src/screens/agent-packages/package-queries.ts";
import { emptyModel, modelRows, modelsOf } from "../src/screens/llm/model-rows.ts";
import { daysOf, usageByDay } from "../src/screens/llm/usage-days.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("A2 a package's folder in the browser", () => {
  it("is found with and without the folder's own name; what is no part of it is named", () => {
    const paths = ["bot/agent.yaml", "bot/workspace/SOUL.md", "bot/skills/greet/SKILL.md", "bot/README.md", "bot/old/agent.yaml"];
    const found = packageFolder(paths.map((path) => ({ path })));
    expect(found).toEqual({
      manifest: { path: "agent.yaml" },
      folders: [
        { name: "workspace", files: [{ path: "SOUL.md" }] },
        { name: "skills", files: [{ path: "greet/SKILL.md" }] },
      ],
      others: ["README.md", "old/agent.yaml"],
    });
    expect(packageFolder([{ path: "agent.yaml" }, { path: "knowledge/a.md" }]).folders).toEqual([
      { name: "knowledge", files: [{ path: "a.md" }] },
    ]);
    expect(packageFolder([{ path: "bot/workspace/SOUL.md" }]).manifest).toBeNull();
  });

  it("is packed sorted, folders first, without times; long names and programs are kept", async () => {
    const long = `${"d".repeat(60)}/${"f".repeat(60)}.md`;
    const files = [
      { path: "z.md", bytes: bytes("last") },
      { path: "a/run.sh", bytes: bytes("#!/bin/sh\n") },
      { path: long, bytes: bytes("long") },
      { path: "a-b.md", bytes: bytes("") },
    ];
    const tar = new Uint8Array(await packTar(files).arrayBuffer());
    expect(tar.length % 512).toBe(0);
    expect(entriesOf(tar)).toEqual([
      ["a/", "5", "755", ""],
      ["a/run.sh", "0", "755", "#!/bin/sh\n"],
      ["a-b.md", "0", "644", ""],
      [`${"d".repeat(60)}/`, "5", "755", ""],
      [long, "0", "644", "long"],
      ["z.md", "0", "644", "last"],
    ]);
    expect(new Uint8Array(await packTar(files.toReversed()).arrayBuffer())).toEqual(tar);
  });

  it("is the same to the byte as the folder that the command line packs: it is no version of its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "agentpod-packed-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const files = [
      { path: "agent.yaml", bytes: bytes("name: bot\n") },
      { path: "skills/run.sh", bytes: bytes("#!/bin/sh\n") },
      { path: "skills/ü.md", bytes: bytes("no place in a header") },
      { path: `${"d".repeat(90)}/${"f".repeat(90)}.md`, bytes: bytes("in two fields") },
      { path: `${"e".repeat(120)}.md`, bytes: bytes("too long for one") },
      { path: "a/b", bytes: bytes("x".repeat(512)) },
      { path: "a-b", bytes: bytes("") },
    ];
    for (const file of files) {
      mkdirSync(dirname(join(folder, file.path)), { recursive: true });
      writeFileSync(join(folder, file.path), file.bytes, { mode: file.path.endsWith(".sh") ? 0o755 : 0o644 });
    }
    expect(Buffer.from(await packTar(files).arrayBuffer()).equals((await packFolder(folder)).tar)).toBe(true);
  });

  it("says what is wrong in agent.yaml by its line", () => {
    const text = "name: bot\nconfig:\n  agents:\n    defualts: {}\n";
    const told = (expected: string): string => expected;
    expect(manifestProblems(text, [{ path: "package.config.agents.defualts", expected: "defaults" }], told)).toEqual([
      { line: 4, path: "config.agents.defualts", text: "defaults" },
    ]);
    expect(readManifest("name: [")).toMatchObject({ mistake: expect.any(String), line: 1 });
    expect(readManifest(text)).toMatchObject({ given: { name: "bot" } });
  });

  it("names its tool servers", () => {
    const servers = { search: { url: "https://mcp.example/sse" }, files: { command: "npx", args: ["-y", "server"] } };
    expect(mcpServers({ mcp: { servers } })).toEqual([
      { name: "search", target: "https://mcp.example/sse" },
      { name: "files", target: "npx -y server" },
    ]);
    expect(mcpServers({ mcp: "none" })).toEqual([]);
  });

  it("counts its agents: a tenant's own package hides the installation's of the same name", () => {
    const pod = (tenant: string, template: string) => ({ tenant, name: "one", template: { name: template, version: 1 } }) as never;
    const pods = [pod("acme", "bot"), pod("bolts", "bot"), pod("bolts", "other")];
    const everyone = { name: "bot", tenantId: null };
    const own = { name: "bot", tenantId: "id-1" };
    const names = new Map([["id-1", "acme"]]);
    const tenants = (one: typeof own | typeof everyone) => agentsOf(pods, one, [everyone, own], names).map(({ tenant }) => tenant);
    expect(tenants(own)).toEqual(["acme"]);
    expect(tenants(everyone)).toEqual(["bolts"]);
    expect(agentsOf(pods, everyone, [everyone], names)).toHaveLength(2);
  });
});

/** Name, type, mode and text of each entry; the sum of each header is checked. */
function entriesOf(tar: Uint8Array): [string, string, string, string][] {
  const found: [string, string, string, string][] = [];
  const decoder = new TextDecoder();
  const field = (at: number, from: number, to: number): string => decoder.decode(tar.subarray(at + from, at + to)).replace(/\0.*$/s, "");
  let name: string | null = null;
  for (let at = 0; tar[at] !== 0; ) {
    const header = tar.slice(at, at + 512);
    const told = Number.parseInt(field(at, 148, 156), 8);
    header.fill(0x20, 148, 156);
    expect(header.reduce((sum, byte) => sum + byte, 0)).toBe(told);
    const size = Number.parseInt(field(at, 124, 136), 8);
    const text = decoder.decode(tar.subarray(at + 512, at + 512 + size));
    const type = field(at, 156, 157);
    if (type === "x") {
      expect(bytes(text).length).toBe(Number(text.split(" ")[0]));
      name = text.slice(text.indexOf("path=") + 5, -1);
    } else {
      const folders = field(at, 345, 500);
      found.push([
        name ?? `${folders === "" ? "" : `${folders}/`}${field(at, 0, 100)}`,
        type,
        Number(field(at, 100, 108)).toString(),
        text,
      ]);
      name = null;
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
}

describe("A2 A10 an agent's forms", () => {
  const input = { type: "string", secret: false } as const;
  const inputs = { llmModel: input, greeting: input, telegramBotToken: { ...input, secret: true }, gatewayToken: input, config: input };
  const view = {
    channels: [
      { id: "telegram", enabled: true },
      { id: "slack", enabled: false },
    ],
    overrides: { messages: { responsePrefix: "Hi", ack: "a" }, session: { scope: "x" } },
  } as unknown as AgentConfigView;

  it("sort the inputs by what they are about, and ask for nothing that AgentPod makes itself", () => {
    const { own, model, channels, limits } = inputGroups(inputs);
    expect([own, model, channels, limits].map((group) => Object.keys(group))).toEqual([
      ["greeting"],
      ["llmModel"],
      ["telegramBotToken"],
      [],
    ]);
  });

  it("send what was changed and nothing else", () => {
    expect(changeOf({ ...emptyDraft, inputs: { llmModel: "m1", telegramBotToken: "" } }, view, inputs, 3)).toEqual({
      generation: 3,
      inputs: { llmModel: "m1" },
    });
    const values = { dmPolicy: "open", allowFrom: "*, 12  13", historyLimit: "many", mediaMaxMb: "5", linkPreview: "false", apiRoot: " " };
    expect(changeOf({ ...emptyDraft, channels: { telegram: { values }, slack: { values: { mode: "http" } } } }, view, inputs, 3)).toEqual({
      generation: 3,
      channels: {
        telegram: {
          enabled: true,
          dmPolicy: "open",
          allowFrom: ["*", "12", "13"],
          historyLimit: "many",
          mediaMaxMb: 5,
          linkPreview: false,
          apiRoot: null,
        },
        slack: { enabled: false, mode: "http" },
      },
    });
    expect(changeOf({ ...emptyDraft, channels: { telegram: { enabled: false, values: {} } } }, view, inputs, 3).channels).toEqual({
      telegram: { enabled: false },
    });
  });

  it("take away what is no longer in the settings", () => {
    const overrides = JSON.stringify({ messages: { responsePrefix: "Hello" }, ui: { a: 1 } });
    expect(changeOf({ ...emptyDraft, overrides }, view, inputs, 3).config).toEqual({
      messages: { responsePrefix: "Hello", ack: null },
      session: null,
      ui: { a: 1 },
    });
    expect(patchOf({ a: [1] }, { a: [1] })).toEqual({});
    for (const wrong of ["{", "[]", "1"]) expect(() => changeOf({ ...emptyDraft, overrides: wrong }, view, inputs, 3)).toThrow(SyntaxError);
  });

  it("show values as they can be typed, and secrets by their names alone", () => {
    expect([undefined, null, 5, false, ["*", 7]].map(fieldText)).toEqual(["", "", "5", "false", "*, 7"]);
    const change = { inputs: { llmModel: "m1", telegramBotToken: "1:abc", llmKey: "" } };
    expect(secretsIn(change, ["telegramBotToken", "llmKey", "gatewayToken"])).toEqual([
      { name: "telegramBotToken", isGone: false },
      { name: "llmKey", isGone: true },
    ]);
  });

  it("take what was set apart for the history", () => {
    expect(configOfRevision({ template: { name: "bot", version: 2 }, inputs: { llmModel: "m1", config: '{"ui":{"a":1}}' } })).toEqual({
      package: "bot@2",
      inputs: { llmModel: "m1" },
      config: { ui: { a: 1 } },
    });
    expect(configOfRevision({ template: null, inputs: { config: "no json" } }).config).toBe("no json");
  });

  it("offer the models of the agent's own language", () => {
    const provider = (dialect: string, ...names: string[]) => ({ dialect, models: names.map((name) => ({ name })) }) as never;
    const providers = [provider("openai", "b", "*", "a"), provider("anthropic", "c"), provider("openai", "a")];
    expect(modelNames(providers, "openai-responses")).toEqual(["a", "b"]);
    expect(modelNames(providers, "anthropic-messages")).toEqual(["c"]);
  });

  it("say how far a new agent is", () => {
    const pod = (phase: string, health: string, conditions: [string, string][], states: string[] = []) =>
      agentStages({
        phase,
        health,
        conditions: conditions.map(([type, status]) => ({ type, status })),
        units: states.map((state) => ({ state })),
      } as never).map(({ state }) => state);
    expect(pod("pending", "none", [])).toEqual(["current", "waiting", "waiting", "waiting"]);
    expect(pod("preparing", "none", [["Admitted", "true"]])).toEqual(["done", "current", "waiting", "waiting"]);
    expect(pod("starting", "starting", [["Prepared", "true"]], ["running"])).toEqual(["done", "done", "done", "current"]);
    expect(pod("running", "healthy", [], ["running"])).toEqual(["done", "done", "done", "done"]);
    expect(pod("failing", "none", [["Prepared", "true"]], ["exited"])).toEqual(["done", "done", "failed", "waiting"]);
  });
});

describe("P24 forms and figures of models", () => {
  it("no page lies where something else answers on the same host", () => {
    const first = Object.values(screenPaths).map((path) => path.split("/")[1]);
    // The proxy for models, the API, and the page that hands agents over.
    for (const taken of ["llm", "api", "hand-over"]) expect(first).not.toContain(taken);
  });

  it("make models that the API takes; what is no number is refused by it", () => {
    const row = { ...emptyModel(), name: " gpt-5 ", input: "1.25", output: "10" };
    const models = modelsOf([row, emptyModel(), { ...emptyModel(), name: "*", upstream: "big" }]);
    const body = { name: "one", dialect: "openai", baseUrl: "https://llm.example/v1", key: "sk", models };
    const parsed = addLlmProviderRequest.parse(body);
    expect(parsed.models).toEqual([
      { name: "gpt-5", upstream: null, price: { input: 1.25, output: 10, cacheRead: 1.25, cacheWrite: 1.25 } },
      { name: "*", upstream: "big", price: null },
    ]);
    expect(modelsOf(modelRows(parsed.models))).toMatchObject([
      { name: "gpt-5", price: { cacheRead: 1.25 } },
      { name: "*", upstream: "big" },
    ]);
    const wrong = addLlmProviderRequest.safeParse({ ...body, models: modelsOf([{ ...row, output: "" }]) });
    expect(wrong.error?.issues.map(({ path }) => path.join("."))).toEqual(["models.0.price.output"]);
  });

  it("have a place for each day, also for one without a call", () => {
    const days = daysOf("7", Date.parse("2026-03-02T01:00:00Z"));
    expect(days).toEqual(["2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"]);
    const row = { day: "2026-03-01", input: 5, cacheRead: 2, cacheWrite: 1, output: 3, cost: 0.5 } as LlmUsageView;
    const { times, input, output, cost } = usageByDay([row], days);
    expect(times[0]).toBe(Date.parse("2026-02-24T00:00:00Z") / 1000);
    expect([input, output, cost].map((values) => values.slice(-2))).toEqual([
      [8, 0],
      [3, 0],
      [0.5, 0],
    ]);
  });
});
