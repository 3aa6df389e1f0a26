import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { approach, type Reception } from "../src/agent-client.ts";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { type OpenAiStandIn, openAiStandIn } from "../src/openai-stand-in.ts";

const providerKey = "sk-provider-key-of-the-developer";
const pod = "acme/agent";
const host = "agent-acme.localhost";
const minutes = 60_000;
const idleSeconds = 60;

describe.skipIf(!engineAnswers())("A18 a real agent hibernates", { timeout: 20 * minutes }, () => {
  let plane: Installation;
  let provider: OpenAiStandIn;
  let folder: string;
  const open: Reception[] = [];

  const status = () => plane.json<PodView>("pod", "status", pod);
  const until = <T>(is: () => Promise<T>, timeout = 8 * minutes) => vi.waitFor(is, { timeout, interval: 1000 });
  const reaches = (phase: string) =>
    until(async () => {
      const now = await status();
      expect(now).toMatchObject({ phase });
      return now;
    });
  const container = () =>
    docker("ps", "-aq", "--no-trunc", "--filter", `label=agentpod.installation=${plane.id()}`, "--filter", "label=agentpod.unit=agent");
  const isRunning = () => docker("inspect", "--format", "{{.State.Running}}", container()) === "true";
  const ask = async (message: string) => (await plane.json<{ answer: string }>("pod", "ask", pod, message, "--conversation", "one")).answer;
  const eventsOf = async (type: string) =>
    (await plane.json<AgentPodEvent[]>("pod", "events", pod, "--limit", "500")).filter((event) => event.type === type);
  const socket = async (token: string) => {
    const headers = { host: `${host}:${plane.port}` };
    const reception = await approach({ url: `ws://127.0.0.1:${plane.port}/`, headers, token });
    open.push(reception);
    return reception;
  };

  /** As the control plane comes: to the agent's own port, with the gateway's token. */
  async function rpc<T>(method: string, params: object): Promise<T> {
    const { value } = await plane.json<{ value: string }>("pod", "token", "reveal", pod);
    const address = docker("port", container(), "18789/tcp").split("\n")[0];
    const { statusCode, body } = await request(`http://${address}/api/v1/admin/rpc`, {
      method: "POST",
      headers: { authorization: `Bearer ${value}`, "content-type": "application/json", "x-forwarded-for": "192.0.2.1" },
      body: JSON.stringify({ method, params }),
    });
    const answer = (await body.json()) as { ok: boolean; payload: T };
    expect([statusCode, answer.ok], JSON.stringify(answer)).toEqual([200, true]);
    return answer.payload;
  }

  beforeAll(async () => {
    provider = await openAiStandIn(providerKey, "Pong from the model");
    folder = await mkdtemp(join(tmpdir(), "agentpod-hibernation-"));
    await writeFile(join(folder, "key.txt"), providerKey);
    await writeFile(join(folder, "bot.txt"), `1234567:${"A".repeat(35)}`);
    // What this machine itself trusts when it fetches packages, its image's build has to trust too.
    const ca = process.env.NODE_EXTRA_CA_CERTS;
    plane = await makeInstallation("docker", { AGENTPOD_OUTBOUND_ALLOW: "127.0.0.1", ...(ca !== undefined && { AGENTPOD_EXTRA_CA: ca }) });
    await plane.start();
    await plane.json("tenant", "create", "acme");
    await plane.json(
      ...["llm", "provider", "add", "stand-in", "--dialect", "openai", "--base-url", provider.baseUrl],
      ...["--key", join(folder, "key.txt"), "--model", "*"],
    );
    const inputs = await plane.specFile({ llmModel: "m1", hibernateAfterSeconds: 0 });
    const made = ["pod", "create", pod, "--package", "hello-agent", "--inputs-file", inputs, "--wait", "--timeout", "1200"];
    expect(await plane.json<PodView>(...made)).toMatchObject({ phase: "running" });
  }, 25 * minutes);
  afterAll(async () => {
    for (const one of open) one.close();
    await plane?.destroy();
    await provider?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 3 * minutes);

  it("A10 is off until it is asked for, and refused with a channel that has to be asked for messages, in either order", async () => {
    const shown = await plane.json<AgentConfigView>("pod", "config", "show", pod);
    expect(shown).toMatchObject({
      hibernateAfterSeconds: 0,
      channels: [{ id: "telegram", enabled: false, keepsAwake: expect.stringMatching(/^Telegram is asked for new messages/) }],
    });
    const set = (...args: string[]) => plane.cli("pod", "config", "set", pod, ...args);
    const telegram = ["--secret", `telegram.botToken=${join(folder, "bot.txt")}`];
    const both = await set("--hibernate-after", String(idleSeconds), ...telegram);
    expect([both.code === 0, both.stderr]).toEqual([false, expect.stringContaining("Telegram is asked for new messages")]);
    expect((await status()).generation).toBe(shown.generation);
    const before = container();
    expect(await plane.json<AgentConfigView>("pod", "config", "set", pod, "--hibernate-after", String(idleSeconds))).toMatchObject({
      hibernateAfterSeconds: idleSeconds,
    });
    expect((await set(...telegram)).stderr).toContain("Telegram is asked for new messages");
    expect((await plane.cli("pod", "config", "show", pod)).stdout).toMatch(
      /Hibernates +after 60 s without traffic[\s\S]*telegram +off +no /,
    );
    expect(container()).toBe(before);
  });

  it("sleeps though a page is left open, whose attempts to come back do not wake it; a visit does, and the conversation is as it was", async () => {
    const { value: token } = await plane.json<{ value: string }>("pod", "token", "reveal", pod);
    expect(await ask("My favourite tea is oolong.")).toBe("Pong from the model");
    await until(async () => expect(await socket(token)).toMatchObject({ ok: true, code: "" }));
    const asleep = await reaches("sleeping");
    expect(asleep).toMatchObject({ desired: "sleeping", health: "none", asleep: { since: expect.any(String) } });
    expect(asleep.message).toMatch(/^Asleep since \d{4}-\d\d-\d\d \d\d:\d\d UTC; wakes for traffic/);
    expect(isRunning()).toBe(false);
    expect((await eventsOf("pod.slept"))[0]).toMatchObject({ actor: "system", result: "ok" });

    expect((await socket(token)).code).toBe("HTTP 503");
    await plane.json("reconcile");
    expect([(await status()).desired, isRunning()]).toEqual(["sleeping", false]);
    const begun = performance.now();
    await until(async () => {
      const { statusCode, body } = await request(`http://127.0.0.1:${plane.port}/`, {
        headers: { host: `${host}:${plane.port}`, accept: "text/html", "sec-fetch-mode": "navigate" },
      });
      const text = await body.text();
      expect([statusCode, text]).toEqual([200, expect.stringMatching(/<!doctype html>/i)]);
    });
    console.log(`woken by its page after ${Math.round(performance.now() - begun)} ms`);
    await reaches("running");
    const asked = provider.asked.length;
    expect(await ask("Which tea do I like?")).toBe("Pong from the model");
    expect(provider.asked.slice(asked).some(({ messages }) => messages.includes("oolong"))).toBe(true);
    expect((await plane.json<{ state: string }[]>("alert", "list")).filter(({ state }) => state === "firing")).toEqual([]);
  });

  it("wakes before its job is due although everything that plans that was killed meanwhile, and does the job", async () => {
    await ask("Are you there?");
    const due = Date.now() + 6 * minutes;
    await rpc("cron.add", {
      name: "report",
      schedule: { kind: "at", at: new Date(due).toISOString() },
      sessionTarget: "isolated",
      wakeMode: "now",
      payload: { kind: "agentTurn", message: "Write the report of the day" },
      delivery: { mode: "none" },
    });
    const asleep = await reaches("sleeping");
    expect(Date.parse(asleep.asleep?.wakeAt ?? "")).toBe(due - minutes);
    expect(asleep.message).toMatch(/; wakes for traffic or at \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/);
    plane.kill("server");
    await until(async () => expect(await plane.cli("health")).toMatchObject({ code: 0 }));
    expect(await status()).toMatchObject({ desired: "sleeping", asleep: { wakeAt: asleep.asleep?.wakeAt } });
    await reaches("running");
    expect((await eventsOf("pod.woken")).some(({ message }) => message.includes("for a job of its own"))).toBe(true);
    await until(async () => expect(provider.asked.some(({ messages }) => messages.includes("Write the report of the day"))).toBe(true));
    expect(Date.now()).toBeGreaterThan(due);
  });

  it("A19 is woken by a question, and by hand it is put to sleep again", async () => {
    await until(async () => expect(await plane.cli("pod", "sleep", pod)).toMatchObject({ code: 0 }));
    await reaches("sleeping");
    expect(await ask("And what did I say about tea?")).toBe("Pong from the model");
    expect(provider.asked.at(-1)?.messages).toContain("oolong");
    expect(await status()).toMatchObject({ phase: "running" });
  });
});
