import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { roles } from "@agentpod/core/permission";
import { extract, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { shipTemplates } from "../src/setup/ship-templates.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
const templates = join(import.meta.dirname, "../../../templates");
const title = { en: "Support", zh: "客服" };
const manifest = (changes: object = {}) =>
  ({ apiVersion: "agentpod/v1", kind: "AgentPackage", name: "support-bot", title, description: title, ...changes }) as never;

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive as unknown as Readable);
}

async function filesIn(tar: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of tar.pipe(extract())) found[entry.header.name] = await text(entry);
  return found;
}

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await shipTemplates(templates, rig.deps.database, rig.deps.artifacts as never, rig.deps.log);
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
});
afterAll(() => rig?.close());

const acme = async () => rig.client(await rig.token("acme", roles.admin));

describe("A2 agent packages by the API", () => {
  it("are shipped: hello-agent for everybody, with its files", async () => {
    const shown = await (await acme()).agents.packages.get("hello-agent");
    expect(shown).toMatchObject({ tenantId: null, version: 1, agentVersion: "2026.9.4", channels: ["telegram"] });
    const files = await filesIn(await rig.deps.artifacts.open(shown.files.artifact));
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        "start.mjs",
        "package/workspace/SOUL.md",
        "package/skills/explain-pods/SKILL.md",
        "package/knowledge/agentpod.md",
      ]),
    );
    await shipTemplates(templates, rig.deps.database, rig.deps.artifacts as never, rig.deps.log);
    expect((await rig.admin.agents.packages.get("hello-agent")).version).toBe(1);
  });

  it("are made by a tenant, for itself alone; each change is a version that stays", async () => {
    const client = await acme();
    const skills = (await client.artifacts.upload(await tarOf({ "greet/SKILL.md": "one" }), "acme")).digest;
    const first = await client.agents.packages.apply({ package: manifest(), files: { skills } }, "acme");
    expect(first).toMatchObject({ name: "support-bot", version: 1 });
    expect((await client.agents.packages.apply({ package: manifest(), files: { skills } }, "acme")).version).toBe(1);
    const other = (await client.artifacts.upload(await tarOf({ "greet/SKILL.md": "two" }), "acme")).digest;
    expect(await client.agents.packages.apply({ package: manifest(), files: { skills: other } }, "acme")).toMatchObject({ version: 2 });
    const old = await client.agents.packages.get("support-bot", { version: 1 });
    expect(await filesIn(await rig.deps.artifacts.open(old.files.artifact))).toHaveProperty(["package/skills/greet/SKILL.md"], "one");
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    await expect(bolts.agents.packages.get("support-bot")).rejects.toMatchObject({ code: "not_found" });
    expect((await bolts.agents.packages.list()).map(({ name }) => name)).not.toContain("support-bot");
    await expect(bolts.agents.packages.apply({ package: manifest(), files: { skills } }, "bolts")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("upload it first"),
    });
  });

  it("are refused by their path, and leave no version", async () => {
    const client = await acme();
    const wrong = manifest({ name: "wrong", config: { agents: { defualts: {} } } });
    await expect(client.agents.packages.apply({ package: wrong }, "acme")).rejects.toMatchObject({
      code: "invalid",
      issues: [{ path: "config.agents.defualts", nearest: "defaults" }],
    });
    await expect(client.agents.packages.get("wrong")).rejects.toMatchObject({ code: "not_found" });
    await expect(client.agents.packages.get("hello")).rejects.toMatchObject({ message: "hello is a template, and no agent package." });
  });

  it.each([
    ["a way out of their folder", { name: "../start.mjs" }, /leads out of the folder workspace/],
    ["a path of the machine", { name: "/etc/passwd" }, /leads out of the folder workspace/],
    ["a detour", { name: "a/../../b" }, /leads out of the folder workspace/],
    ["a link", { name: "SOUL.md", type: "symlink", linkname: "/etc/passwd" }, /neither a file nor a folder/],
  ] as const)("take no %s along", async (_what, header, said) => {
    const client = await acme();
    const archive = pack();
    archive.entry(header as never, "type" in header ? undefined : ("theirs" as never));
    archive.finalize();
    const workspace = (await client.artifacts.upload(await buffer(archive as unknown as Readable), "acme")).digest;
    const refused = client.agents.packages.apply({ package: manifest({ name: "sly" }), files: { workspace } }, "acme");
    await expect(refused).rejects.toMatchObject({ code: "invalid", message: expect.stringMatching(said) });
    await expect(client.agents.packages.get("sly")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("A10 an agent's configuration by the API", () => {
  const token = `1234567:${"A".repeat(35)}`;

  it("is shown, changed, tested and rolled back; secrets show nowhere", async () => {
    const client = await acme();
    await client.pods.create("acme", { name: "agent", template: "hello-agent" });
    const before = await client.agents.config("acme", "agent");
    expect(before).toMatchObject({
      package: { name: "hello-agent", version: 1 },
      llm: { baseUrl: "", model: "" },
      channels: [{ id: "telegram", enabled: false, verified: true, secrets: ["botToken"] }],
      overrides: {},
    });
    const after = await client.agents.configure("acme", "agent", {
      llm: { baseUrl: "http://127.0.0.1:1/v1", model: "m1", key: "sk-very-secret" },
      channels: { telegram: { botToken: token, dmPolicy: "open", allowFrom: ["*"] } },
      config: { messages: { responsePrefix: "Hello: " } },
    });
    expect(after).toMatchObject({
      llm: { model: "m1" },
      channels: [{ id: "telegram", enabled: true, config: { dmPolicy: "open" } }],
      overrides: { messages: { responsePrefix: "Hello: " }, channels: { telegram: { enabled: true, dmPolicy: "open", allowFrom: ["*"] } } },
    });
    const shown = JSON.stringify([after, await client.pods.get("acme", "agent"), await client.pods.revisions("acme", "agent")]);
    expect(shown).not.toContain("sk-very-secret");
    expect(shown).not.toContain(token);
    const events = JSON.stringify(await client.events.list({ tenant: "acme", pod: "agent" }));
    expect(events).toContain("agent.configured");
    expect(events).not.toContain(token);
    await client.pods.rollback("acme", "agent", before.generation);
    expect((await client.agents.config("acme", "agent")).channels[0]?.enabled).toBe(false);
  });

  it("is refused by its path before anything changes", async () => {
    const client = await acme();
    const before = await client.agents.config("acme", "agent");
    const attempts = [
      [{ config: { logging: { level: "debug" } } }, "config.logging.level"],
      [{ config: { gateway: { trustedProxies: ["0.0.0.0/0"] } } }, "config.gateway.trustedProxies"],
      [{ channels: { telegram: { botToken: token, dmPolicy: "opne" } } }, "config.channels.telegram.dmPolicy"],
      [{ channels: { telegram: { botToken: "no token" } } }, "inputs.telegramBotToken"],
      [{ channels: { telegramm: {} } }, "channels.telegramm"],
      [{ channels: { telegram: { botToken: null } }, config: {} }, "inputs.telegramBotToken"],
      [{ channels: { discord: { token: "x" } } }, "inputs.discordToken"],
      [{ llm: { api: "openai-compleshuns" } }, "inputs.llmApi"],
      [{ llm: { contextWindow: 1 } }, "inputs.llmContextWindow"],
    ] as const;
    for (const [change, path] of attempts) {
      const refused = client.agents.configure("acme", "agent", change as never);
      await expect(refused, path).rejects.toMatchObject({ code: "invalid", issues: [expect.objectContaining({ path })] });
    }
    expect(await client.agents.config("acme", "agent")).toEqual(before);
    await expect(client.agents.configure("acme", "agent", { llm: { model: "m9" }, generation: 1 })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("with a messenger's token that another agent has is refused, whoever's that is, and nothing is changed", async () => {
    const client = await acme();
    await client.pods.create("acme", { name: "talks", template: "hello-agent" });
    await client.pods.create("acme", { name: "mimics", template: "hello-agent" });
    const bot = "7654321:AAone-bot-for-one-agent-of-all-of-them";
    await client.agents.configure("acme", "talks", { channels: { telegram: { botToken: bot } } });
    const before = await client.agents.config("acme", "mimics");
    const refusal = { code: "conflict", issues: [{ path: "inputs.telegramBotToken", expected: "a token that no other agent has" }] };
    await expect(client.agents.configure("acme", "mimics", { channels: { telegram: { botToken: bot } } })).rejects.toMatchObject(refusal);
    expect(await client.agents.config("acme", "mimics")).toEqual(before);
    const asked = { name: "stranger", template: "hello-agent", inputs: { telegramBotToken: bot } };
    await rig.admin.tenants.create({ name: "copycats" });
    await expect(rig.admin.pods.create("copycats", asked)).rejects.toMatchObject(refusal);
    expect(await rig.admin.pods.list("copycats")).toEqual([]);
    await client.pods.delete("acme", "talks");
    await vi.waitFor(async () => expect(await rig.admin.pods.create("copycats", asked)).toMatchObject({ name: "stranger" }), {
      timeout: 60_000,
      interval: 100,
    });
  });

  it("of a channel without its secret is refused, also where an empty one is stored", async () => {
    const client = await acme();
    await client.pods.create("acme", { name: "silent", template: "hello-agent" });
    await expect(client.agents.configure("acme", "silent", { config: { channels: { telegram: {} } } })).rejects.toMatchObject({
      issues: [{ path: "inputs.telegramBotToken" }],
    });
    expect((await client.agents.config("acme", "silent")).channels[0]?.enabled).toBe(false);
  });

  it("of a pod that is no agent is told so", async () => {
    const client = await acme();
    await client.pods.create("acme", { name: "web", template: "hello" });
    await expect(client.agents.config("acme", "web")).rejects.toMatchObject({ message: "acme/web is made from no agent package." });
  });

  it("is tested at the provider and the messenger themselves", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? ""}`);
      const isGood = request.headers.authorization === "Bearer sk-good" || request.url === `/bot${token}/getMe`;
      const body = request.url?.startsWith("/bot") ? { ok: true, result: { username: "acme_bot" } } : { data: [{ id: "m1" }] };
      response.writeHead(isGood ? 200 : 401, { "content-type": "application/json" }).end(JSON.stringify(isGood ? body : {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await acme();
    const baseUrl = `${root}/v1`;
    await expect(client.agents.testConfig("acme", "agent", "telegram")).rejects.toMatchObject({ code: "invalid" });
    await client.agents.configure("acme", "agent", {
      llm: { baseUrl, model: "m1", key: "sk-bad" },
      channels: { telegram: { botToken: token, apiRoot: root } },
    });
    expect(await client.agents.testConfig("acme", "agent", "llm")).toEqual({ ok: false, message: "The provider refuses the key." });
    await client.agents.configure("acme", "agent", { llm: { key: "sk-good" } });
    expect(await client.agents.testConfig("acme", "agent", "llm")).toMatchObject({ ok: true });
    await client.agents.configure("acme", "agent", { llm: { model: "m2" } });
    expect(await client.agents.testConfig("acme", "agent", "llm")).toEqual({ ok: false, message: "The provider has no model m2." });
    expect(await client.agents.testConfig("acme", "agent", "telegram")).toEqual({
      ok: true,
      message: "Telegram knows the bot as @acme_bot.",
    });
    await client.agents.configure("acme", "agent", { channels: { telegram: { botToken: `7654321:${"B".repeat(35)}` } } });
    expect(await client.agents.testConfig("acme", "agent", "telegram")).toMatchObject({
      ok: false,
      message: expect.stringMatching(/refuses/),
    });
    await expect(client.agents.testConfig("acme", "agent", "fax")).rejects.toMatchObject({ issues: [{ path: "what" }] });
    expect(asked).toContain("/v1/models Bearer sk-good");
    await client.agents.configure("acme", "agent", { llm: { baseUrl: "http://10.0.0.1/v1" } });
    await expect(client.agents.testConfig("acme", "agent", "llm")).rejects.toMatchObject({
      message: expect.stringMatching(/not a public address/),
    });
  });
});
