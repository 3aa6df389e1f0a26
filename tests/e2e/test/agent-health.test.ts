import type { PodHealth, PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { referenceTo } from "@agentpod/core/products/agents/environment-name";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const pod = "acme/agent";
const minutes = 60_000;
const botToken = "123456:AAtelegram-bot-token-of-this-test";

/** A messenger beside the agent, on the pod's own network: it refuses everybody while a file is there. */
const messenger = `
const { existsSync } = require("node:fs");
require("node:http").createServer((request, response) => {
  request.resume();
  const method = request.url.split("?")[0].split("/").pop();
  const say = (status, body) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (existsSync("/tmp/revoked")) return say(401, { ok: false, error_code: 401, description: "Unauthorized" });
  const ok = (result) => say(200, { ok: true, result });
  if (method === "getMe") return ok({ id: 123456, is_bot: true, first_name: "Acme", username: "acme_bot" });
  if (method === "getWebhookInfo") return ok({ url: "", has_custom_certificate: false, pending_update_count: 0 });
  if (method === "getUpdates") return setTimeout(() => ok([]), 2000);
  ok(true);
}).listen(8081, "0.0.0.0");`;

describe.skipIf(!engineAnswers())("A6 health of a real agent and its channels", { timeout: 15 * minutes }, () => {
  let plane: Installation;
  const health = async () => (await plane.json<PodHealth>("pod", "health", pod)).units.find(({ name }) => name === "agent");
  const container = (unit: string) =>
    docker("ps", "-q", "--no-trunc", "--filter", `label=agentpod.installation=${plane.id()}`, "--filter", `label=agentpod.unit=${unit}`);
  const until = (is: () => Promise<void>) => vi.waitFor(is, { timeout: 5 * minutes, interval: 1000 });
  const channel = async () => {
    const one = (await health())?.channels?.[0];
    return one && `${one.label} ${one.state} ${one.message}`.trim();
  };
  const eventsOf = async (type: string) =>
    (await plane.json<AgentPodEvent[]>("pod", "events", pod, "--limit", "200")).filter((one) => one.type === type);

  beforeAll(async () => {
    plane = await makeInstallation("docker", trustOfBuilds());
    await plane.start();
    await plane.json("tenant", "create", "acme");
    const inputs = await plane.specFile({ telegramBotToken: botToken });
    const made = await plane.json<PodView>("pod", "create", pod, "--package", "hello-agent", "--inputs-file", inputs);
    // The messenger's own servers are not asked: the same agent, with one of ours beside it.
    const spec = structuredClone(made.spec) as PodSpec;
    const agent = spec.units[0];
    if (agent === undefined) throw new Error("no agent");
    const config = JSON.parse(agent.env.AGENT_CONFIG ?? "{}");
    config.channels = {
      telegram: {
        enabled: true,
        botToken: referenceTo("TELEGRAM_BOT_TOKEN"),
        apiRoot: "http://telegram:8081",
        dmPolicy: "open",
        allowFrom: ["*"],
      },
    };
    config.plugins.allow = [...new Set([...config.plugins.allow, "telegram"])];
    agent.env.AGENT_CONFIG = JSON.stringify(config);
    agent.dependsOn = ["telegram"];
    spec.units.push({
      ...({ name: "telegram", image: "node:24-bookworm-slim", command: ["node", "-e", messenger] } as PodSpec["units"][number]),
      resources: { cpus: 0.5, memoryMb: 96, pids: 64 },
    });
    const changed = await plane.cli("pod", "update", pod, "--spec", await plane.specFile(spec), "--wait", "--timeout", "900");
    expect([changed.stderr.includes("ERROR"), changed.code]).toEqual([false, 0]);
  }, 16 * minutes);
  afterAll(async () => {
    await plane?.destroy();
  }, 3 * minutes);

  it("is asked of its gateway, and its channel is told", async () => {
    expect(await health()).toMatchObject({ state: "running", health: "healthy" });
    await until(async () => expect(await channel()).toBe("Telegram ok"));
    expect((await plane.cli("health", pod)).stdout).toMatch(/acme\/agent +agent +channel +ok +Telegram: ok/);
  });

  it("a revoked token is told in words, with an event and an alert; the agent goes on and is not restarted", async () => {
    const before = container("agent");
    docker("exec", container("telegram"), "touch", "/tmp/revoked");
    await until(async () => expect(await channel()).toBe("Telegram lost token refused"));
    expect((await plane.cli("pod", "status", pod)).stdout).toMatch(/Telegram: token refused since \d\d:\d\d/);
    expect(await eventsOf("channel.lost")).toMatchObject([{ result: "failed", message: "Telegram is lost: token refused." }]);
    await until(async () => {
      const alerts = await plane.json<{ kind: string; state: string; message: string }[]>("alert", "list");
      expect(alerts).toContainEqual(
        expect.objectContaining({ kind: "channel", state: "firing", message: "Telegram is lost: token refused." }),
      );
    });
    expect(await health()).toMatchObject({ state: "running", health: "healthy", restarts: 0 });
    expect(container("agent")).toBe(before);
    expect(JSON.stringify([await health(), await eventsOf("channel.lost")])).not.toContain("AAtelegram");
  });
});
