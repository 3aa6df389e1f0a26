import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { roles } from "@agentpod/core/permission";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { shipTemplates } from "../src/setup/ship-templates.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
const title = { en: "Support", zh: "客服" };
const manifest = { apiVersion: "agentpod/v1", kind: "AgentPackage", name: "support-bot", title, description: title } as const;

async function tarOf(files: Record<string, string | Buffer>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, content);
  archive.finalize();
  return buffer(archive as unknown as Readable);
}

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await shipTemplates(join(import.meta.dirname, "../../../templates"), rig.deps.database, rig.deps.artifacts as never, rig.deps.log);
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
});
afterAll(() => rig?.close());

const acme = async () => rig.client(await rig.token("acme", roles.admin));

describe("A2 what is in agent packages, and what was", () => {
  it("each version says who made it, and stays with its files", async () => {
    const client = await acme();
    const { packages } = client.agents;
    const upload = async (files: Record<string, string | Buffer>) => (await client.artifacts.upload(await tarOf(files), "acme")).digest;
    const workspace = await upload({
      "SOUL.md": "Be kind.\n",
      "long.md": "x".repeat(70_000),
      "picture.png": Buffer.from([0x89, 0x50, 0, 0xff]),
    });
    await packages.apply({ package: manifest, files: { workspace } }, "acme");
    await packages.apply({ package: manifest, files: { workspace: await upload({ "SOUL.md": "Be brief.\n" }) } }, "acme");
    const { actor } = await client.whoami();
    expect((await packages.versions("support-bot", "acme")).map(({ version, createdBy }) => [version, createdBy])).toEqual([
      [2, actor],
      [1, actor],
    ]);
    expect(await packages.files("support-bot", { version: 1 })).toEqual([
      { path: "workspace/SOUL.md", bytes: 9, text: "Be kind.\n" },
      { path: "workspace/long.md", bytes: 70_000, text: null },
      { path: "workspace/picture.png", bytes: 4, text: null },
    ]);
    expect(await packages.files("support-bot")).toEqual([{ path: "workspace/SOUL.md", bytes: 10, text: "Be brief.\n" }]);
    expect((await packages.versions("hello-agent"))[0]).toMatchObject({ version: 1, createdBy: "system", tenantId: null });
    expect((await packages.files("hello-agent")).map(({ path }) => path)).toContain("skills/explain-pods/SKILL.md");
  });

  it("another tenant sees neither, and a plain template has neither", async () => {
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    for (const name of ["support-bot", "hello"]) {
      await expect(bolts.agents.packages.versions(name)).rejects.toMatchObject({ code: "not_found" });
      await expect(bolts.agents.packages.files(name)).rejects.toMatchObject({ code: "not_found" });
    }
  });
});

describe("A10 a change of an agent's configuration that is looked at first", () => {
  const token = `1234567:${"A".repeat(35)}`;

  it("is answered as it would be, judged like the change itself, and nothing is changed", async () => {
    const client = await acme();
    const { generation } = await client.pods.create("acme", { name: "agent", template: "hello-agent" });
    const before = await client.agents.config("acme", "agent");
    expect(before.storedSecrets).toEqual(["gatewayToken", "llm-key"]);
    const change = { llm: { model: "m1" }, channels: { telegram: { botToken: token, dmPolicy: "open", allowFrom: ["*"] } } };
    const after = await client.agents.previewConfig("acme", "agent", change);
    expect(after).toMatchObject({
      llm: { model: "m1" },
      channels: [{ id: "telegram", enabled: true, config: { dmPolicy: "open" } }],
      storedSecrets: ["gatewayToken", "llm-key", "telegramBotToken"],
    });
    expect(JSON.stringify(after)).not.toContain(token);
    expect(await client.agents.config("acme", "agent")).toEqual(before);
    expect((await client.pods.get("acme", "agent")).generation).toBe(generation);
    for (const [wrong, path] of [
      [{ config: { logging: { level: "debug" } } }, "config.logging.level"],
      [{ channels: { telegram: { dmPolicy: "allowlist" } } }, "inputs.telegramBotToken"],
    ] as const)
      await expect(client.agents.previewConfig("acme", "agent", wrong), path).rejects.toMatchObject({
        code: "invalid",
        issues: [{ path }],
      });
    await client.agents.configure("acme", "agent", change);
    expect((await client.agents.config("acme", "agent")).storedSecrets).toEqual(["gatewayToken", "llm-key", "telegramBotToken"]);
  });
});

describe("P24 a provider of models is tested", () => {
  it("with its own key, and says what it answered; the key is in no answer and no event", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? request.headers["x-api-key"]}`);
      const isGood = /sk-good/.test(asked.at(-1) ?? "");
      response.writeHead(isGood ? 200 : 401).end(JSON.stringify(isGood ? { data: [{ id: "small" }] } : {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { llmProviders, audit } = rig.admin;
    const openai = {
      name: "one",
      dialect: "openai",
      baseUrl: `${root}/v1`,
      key: "sk-bad",
      models: [{ name: "tiny", upstream: "small" }],
    } as const;
    await llmProviders.add("acme", { ...openai, models: [...openai.models] });
    await llmProviders.add(null, {
      name: "two",
      dialect: "anthropic",
      baseUrl: root,
      key: "sk-good",
      models: [{ name: "*" }, { name: "big" }],
    });
    expect(await llmProviders.test("acme", "one")).toEqual({ ok: false, message: "The provider refuses the key." });
    await llmProviders.change("acme", "one", { key: "sk-good" });
    expect(await llmProviders.test("acme", "one")).toEqual({ ok: true, message: "The provider takes the key and has the models." });
    expect(await llmProviders.test(null, "two")).toEqual({
      ok: true,
      message: "The provider takes the key; its list of models does not name big.",
    });
    expect(asked).toEqual(["/v1/models Bearer sk-bad", "/v1/models Bearer sk-good", "/v1/models sk-good"]);
    server.close();
    server.closeAllConnections();
    expect(await llmProviders.test(null, "two")).toEqual({ ok: false, message: "Nothing answers there." });
    await expect(llmProviders.test("bolts", "one")).rejects.toMatchObject({ code: "not_found" });
    const events = await audit.list({ type: "llm.provider_tested" });
    expect(events.map(({ result }) => result).sort()).toEqual(["failed", "failed", "ok", "ok", "refused"]);
    expect(JSON.stringify(events)).not.toContain("sk-");
  });
});
