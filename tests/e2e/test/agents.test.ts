import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { checkConfig } from "@agentpod/core/products/agents/check-config";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { type OpenAiStandIn, openAiStandIn } from "../src/openai-stand-in.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const providerKey = "sk-provider-key-of-the-developer";
const pod = "acme/agent";
// Its image holds 650 MB of packages, which are fetched while it is built.
const minutes = 60_000;

const manifest = `
apiVersion: agentpod/v1
kind: AgentPackage
name: support-bot
title: { en: Support, zh: 客服 }
description: { en: Answers customers, zh: 回答客户问题 }
allow: [agents.defaults.userTimezone, channels.telegram, messages]
model: { name: m1 }
`;

/** Configurations for OpenClaw's own check and ours, which must agree. */
const corpus: Record<string, unknown>[] = [
  {},
  { agents: { defaults: { model: { primary: "llm/m1", fallbacks: ["llm/m2"] }, heartbeat: { every: "30m" } } } },
  { agents: { defaults: { modle: "x" } } },
  { agents: { defaults: { model: 3 } } },
  { channels: { telegram: { enabled: true, dmPolicy: "pairing" } } },
  { channels: { telegram: { dmPolicy: "opne" } } },
  { gateway: { mode: "local", bind: "lan", auth: { mode: "token" }, terminal: { enabled: false } } },
  { gateway: { bind: "everywhere" } },
  { models: { providers: { llm: { baseUrl: "http://127.0.0.1:1/v1", api: "openai-completions", models: [{ id: "m", name: "m" }] } } } },
  { models: { providers: { llm: { baseUrl: "http://127.0.0.1:1/v1", api: "openai", models: [] } } } },
  { session: { reset: { mode: "idle", idleMinutes: 60 } } },
  { session: { reset: { mode: "idle", idleMinutes: "60" } } },
  { mcp: { servers: { crm: { command: "crm", args: ["--stdio"] } } } },
  { mcp: { servers: { crm: { comand: "crm" } } } },
  { ui: { prefs: { themeMode: "dark" } }, messages: { responsePrefix: "Hi: " } },
  { messages: { responsePrefix: 1 } },
  { unknown: true },
];

describe.skipIf(!engineAnswers())("A2 A10 an agent of a package on Docker, with the real OpenClaw", { timeout: 15 * minutes }, () => {
  let installation: Installation;
  let provider: OpenAiStandIn;
  let folder: string;

  const container = () => docker("ps", "-q", "--no-trunc", "--filter", `label=agentpod.installation=${installation.id()}`);

  async function chat(text: string): Promise<{ status: number; body: string }> {
    const { value } = await installation.json<{ value: string }>("secret", "reveal", pod, "gatewayToken");
    const address = docker("port", container(), "18789/tcp").split("\n")[0];
    const { statusCode, body } = await request(`http://${address}/v1/chat/completions`, {
      method: "POST",
      // The engine's port is the proxy that the agent trusts; it says for whom it asks.
      headers: { authorization: `Bearer ${value}`, "content-type": "application/json", "x-forwarded-for": "192.0.2.1" },
      body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: text }] }),
      headersTimeout: 3 * minutes,
    });
    return { status: statusCode, body: await body.text() };
  }

  beforeAll(async () => {
    provider = await openAiStandIn(providerKey, "Pong from the model");
    folder = await mkdtemp(join(tmpdir(), "agentpod-agent-"));
    for (const [name, content] of Object.entries({
      "agent.yaml": manifest,
      "workspace/SOUL.md": "You are Ada of the Acme company.",
      "skills/refund/SKILL.md": "---\nname: refund\ndescription: How to refund.\n---\n\nSay sorry first.\n",
      "knowledge/prices.md": "Tea: 3\n",
      "key.txt": providerKey,
    })) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    installation = await makeInstallation("docker", { ...trustOfBuilds(), AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1" });
    await installation.start();
    await installation.json("tenant", "create", "acme");
    await installation.json(
      ...["llm", "provider", "add", "stand-in", "--dialect", "openai", "--base-url", provider.baseUrl],
      ...["--key", join(folder, "key.txt"), "--model", "*"],
    );
  }, 3 * minutes);
  afterAll(async () => {
    await installation?.destroy();
    await provider?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 3 * minutes);

  it("is made from a package by one command, and answers", async () => {
    const made = await installation.json<AgentPackageView>("agent", "package", "create", folder);
    expect(made).toMatchObject({ name: "support-bot", version: 1, agentVersion: "2026.9.4" });
    const up = await installation.json<PodView>("pod", "create", pod, "--package", "support-bot", "--wait", "--timeout", "900");
    expect(up).toMatchObject({ phase: "running", template: { name: "support-bot", version: 1 } });
    const { status, body } = await chat("Ping?");
    expect([status, body]).toEqual([200, expect.stringContaining("Pong from the model")]);
    const [first] = provider.asked;
    expect(first).toMatchObject({ model: "m1", authorization: `Bearer ${providerKey}` });
    expect(first?.messages).toContain("You are Ada of the Acme company.");
    expect(first?.messages).toContain("refund");
  });

  it("A6 is asked by command, answers in pieces, and remembers a conversation but not what stands alone", async () => {
    const ask = (...args: string[]) => installation.cli("pod", "ask", pod, ...args);
    expect(await ask("What is two and two?")).toMatchObject({ code: 0, stdout: "Pong from the model\n" });
    expect(await ask("My dog is called Bello.", "--conversation", "pets")).toMatchObject({ code: 0 });
    expect(await installation.json("pod", "ask", pod, "What is my dog called?", "--conversation", "pets")).toEqual({
      answer: "Pong from the model",
    });
    const last = provider.asked.at(-1)?.messages ?? "";
    expect(last).toContain("Bello");
    expect(last).not.toContain("two and two");
  });

  it("A11 P20 has limits and no rights, and the provider's key is nowhere in it", () => {
    const [about] = JSON.parse(docker("inspect", container()));
    expect(about.HostConfig).toMatchObject({ Memory: 640 * 1024 * 1024, ReadonlyRootfs: true, CapDrop: ["ALL"], PidsLimit: 256 });
    expect(about.HostConfig.SecurityOpt).toContain("no-new-privileges:true");
    expect(about.Config.User).toBe("node");
    expect(JSON.stringify(about)).not.toContain(providerKey);
    expect(docker("exec", container(), "cat", "/home/node/.openclaw/workspace/knowledge/prices.md")).toBe("Tea: 3");
  });

  it("takes a change of its configuration and keeps its state; what is wrong is refused before anything changes", async () => {
    const before = container();
    const refused = await installation.cli("pod", "config", "set", pod, "--set", "logging.level=debug");
    expect([refused.code, refused.stderr]).toEqual([expect.any(Number), expect.stringMatching(/^ERROR invalid: config\.logging\.level: /)]);
    expect(refused.code).not.toBe(0);
    const misspelt = await installation.cli("pod", "config", "set", pod, "--set", "messages.responsePrefx=Hi");
    expect(misspelt.stderr).toMatch(/config\.messages\.responsePrefx: .*perhaps responsePrefix/);
    expect(container()).toBe(before);

    docker("exec", before, "sh", "-c", "echo 'likes tea' > /home/node/.openclaw/workspace/USER.md");
    const asked = provider.asked.length;
    const changed = await installation.json<AgentConfigView>(
      ...[
        "pod",
        "config",
        "set",
        pod,
        "--model",
        "m2",
        "--set",
        "agents.defaults.userTimezone=Asia/Shanghai",
        "--wait",
        "--timeout",
        "300",
      ],
    );
    expect(changed).toMatchObject({ llm: { model: "m2" }, overrides: { agents: { defaults: { userTimezone: "Asia/Shanghai" } } } });
    // While it runs: the model is one of the things that it takes without a restart.
    expect(container()).toBe(before);
    expect(await chat("And now?")).toMatchObject({ status: 200 });
    expect(provider.asked.slice(asked)).toContainEqual(expect.objectContaining({ model: "m2" }));
    expect(docker("exec", container(), "cat", "/home/node/.openclaw/workspace/USER.md")).toBe("likes tea");
  });

  it("its configurations are taken and refused by OpenClaw itself as by AgentPod", () => {
    const image = docker("inspect", "--format", "{{.Image}}", container());
    const script = `
      import { spawnSync } from "node:child_process";
      import { writeFileSync } from "node:fs";
      const said = JSON.parse(process.env.CORPUS).map((config) => {
        writeFileSync("/tmp/openclaw.json", JSON.stringify(config));
        const env = { ...process.env, HOME: "/tmp", OPENCLAW_STATE_DIR: "/tmp/state", OPENCLAW_CONFIG_PATH: "/tmp/openclaw.json", OPENCLAW_CONFIG_READONLY: "1" };
        return spawnSync("openclaw", ["config", "validate", "--json"], { env }).status === 0;
      });
      console.log(JSON.stringify(said));`;
    const args = ["run", "--rm", "--network", "none", "--read-only", "--tmpfs", "/tmp", "-e", `CORPUS=${JSON.stringify(corpus)}`, image];
    const theirs = JSON.parse(docker(...args, "node", "--input-type=module", "-e", script));
    const ours = corpus.map((config) => checkConfig("2026.9.4", config, "config").length === 0);
    expect(corpus.map((config, i) => [config, ours[i]])).toEqual(corpus.map((config, i) => [config, theirs[i]]));
  });
});
