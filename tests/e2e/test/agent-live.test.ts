import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { type OpenAiStandIn, openAiStandIn } from "../src/openai-stand-in.ts";

const minutes = 60_000;
const pod = "acme/agent";
const providerKey = "sk-provider-key-of-the-developer";

const manifest = `
apiVersion: agentpod/v1
kind: AgentPackage
name: live-bot
title: { en: Live, zh: 在线 }
description: { en: Changes while it runs, zh: 运行中更改 }
allow: [agents.defaults, channels.telegram, messages]
channels: [telegram]
model: { name: m1 }
config:
  # For this test alone: the gateway's route denies it to the world.
  gateway: { http: { endpoints: { chatCompletions: { enabled: true } } } }
`;

describe.skipIf(!engineAnswers())("A10 an agent that runs is told what changes, with the real OpenClaw", { timeout: 15 * minutes }, () => {
  let plane: Installation;
  let provider: OpenAiStandIn;
  let folder: string;

  const container = () =>
    docker("ps", "-q", "--no-trunc", "--filter", `label=agentpod.installation=${plane.id()}`, "--filter", "label=agentpod.unit=agent");
  const identity = () => docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}} {{.State.Pid}}", container());
  const configure = (...args: string[]) => plane.json<AgentConfigView>("pod", "config", "set", pod, ...args, "--wait", "--timeout", "300");
  /** As its file says now. */
  const configOf = () => JSON.parse(docker("exec", container(), "cat", "/tmp/agent/openclaw.json"));

  async function chat(text: string): Promise<string> {
    const { value } = await plane.json<{ value: string }>("secret", "reveal", pod, "gatewayToken");
    const address = docker("port", container(), "18789/tcp").split("\n")[0];
    const { statusCode, body } = await request(`http://${address}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${value}`, "content-type": "application/json", "x-forwarded-for": "192.0.2.1" },
      // One user, one conversation.
      body: JSON.stringify({ model: "openclaw", user: "customer", messages: [{ role: "user", content: text }] }),
      headersTimeout: 3 * minutes,
    });
    const said = await body.text();
    expect([statusCode, said]).toEqual([200, expect.any(String)]);
    return said;
  }

  beforeAll(async () => {
    provider = await openAiStandIn(providerKey, "Pong from the model");
    folder = await mkdtemp(join(tmpdir(), "agentpod-live-"));
    await writeFile(join(folder, "agent.yaml"), manifest);
    // What this machine itself trusts when it fetches packages, its image's build has to trust too.
    const ca = process.env.NODE_EXTRA_CA_CERTS;
    plane = await makeInstallation("docker", {
      AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1",
      ...(ca !== undefined && { AGENTPOD_EXTRA_CA: ca }),
    });
    await plane.start();
    await plane.json("tenant", "create", "acme");
    await writeFile(join(plane.home.root, "key.txt"), providerKey);
    await plane.json(
      ...["llm", "provider", "add", "stand-in", "--dialect", "openai", "--base-url", provider.baseUrl],
      ...["--key", join(plane.home.root, "key.txt"), "--model", "*"],
    );
    await plane.json("agent", "package", "create", folder);
    await plane.json("pod", "create", pod, "--package", "live-bot", "--wait", "--timeout", "900");
  }, 18 * minutes);
  afterAll(async () => {
    await plane?.destroy();
    await provider?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 3 * minutes);

  it("another model: the same process goes on, and so does the conversation", async () => {
    expect(await chat("My name is Mei.")).toContain("Pong from the model");
    const before = identity();
    const changed = await configure("--model", "m2");
    expect(changed).toMatchObject({ llm: { model: "m2" }, applies: "live" });
    expect(identity()).toBe(before);
    const asked = provider.asked.length;
    await chat("What is my name?");
    const last = provider.asked.slice(asked).find(({ messages }) => messages.includes("What is my name?"));
    expect(last).toMatchObject({ model: "m2" });
    expect(last?.messages).toContain("My name is Mei.");
    expect(identity()).toBe(before);
    expect(await plane.json<PodView>("pod", "status", pod)).toMatchObject({ phase: "running", units: [{ live: { state: "applied" } }] });
  });

  it("the control plane is killed before and after it tells the agent: the agent has it all the same, and was not restarted", async () => {
    const before = identity();
    await plane.crashAt("before:apply-live", "after:apply-live");
    await plane.cli("pod", "config", "set", pod, "--model", "m3");
    await expect
      .poll(
        async () => {
          const view = await plane.json<PodView>("pod", "status", pod).catch(() => null);
          return view !== null && view.observedGeneration === view.generation && view.phase === "running";
        },
        { timeout: 5 * minutes, interval: 500 },
      )
      .toBe(true);
    expect(plane.pendingCrashes()).toEqual([]);
    expect(configOf()).toMatchObject({ agents: { defaults: { model: { primary: "llm/m3" } } } });
    expect(identity()).toBe(before);
  });
});
