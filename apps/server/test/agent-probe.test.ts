import { type ProbeSpec, podSpec } from "@agentpod/core/pod-spec";
import type { ProbeTarget } from "@agentpod/core/probe-health";
import type { Runtime } from "@agentpod/core/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import { startProber } from "../src/reconciler/prober.ts";
import { agentGateway } from "./agent-gateway.ts";

const after: (() => void)[] = [];
afterEach(() => {
  for (const end of after.splice(0)) end();
});

const probeOf = (timing: object): ProbeSpec => {
  const probe = { kind: "agent", port: "gateway", secret: "gatewayToken", timeoutSeconds: 2, intervalSeconds: 0.2, failures: 2, ...timing };
  const spec = podSpec.parse({ units: [{ name: "agent", image: "a:1", ports: [{ name: "gateway", container: 1 }], probe }] });
  return spec.units[0]?.probe as ProbeSpec;
};

/** A prober of one agent, and what it says. */
async function probed(change: Parameters<typeof agentGateway>[0] = {}, timing: object = {}, token = "right") {
  const gateway = await agentGateway(change);
  after.push(gateway.close);
  const runtime = { dial: gateway.dial } as unknown as Runtime;
  const heard: string[] = [];
  const prober = startProber(
    runtime,
    () => new Date(),
    async () => ({ gatewayToken: token, other: "123456:AAsecretsecret" }),
    () => heard.push(prober.report("run")?.state ?? "nothing"),
  );
  after.push(() => prober.stop());
  const target: ProbeTarget = {
    id: { pod: "p", unit: "agent", revision: "r" },
    runId: "run",
    probe: probeOf(timing),
    startedAt: new Date().toISOString(),
  };
  prober.track("p", [target], 1);
  const until = (is: () => unknown) => vi.waitFor(() => expect(is()).toBeTruthy(), { timeout: 20_000, interval: 20 });
  const state = () => prober.report("run")?.state;
  const message = () => prober.report("run")?.message ?? "";
  const channels = () => prober.report("run")?.channels?.map((one) => `${one.label} ${one.state} ${one.message}`.trim());
  return { ...gateway, prober, target, heard, until, state, message, channels };
}

const telegram = (account: object) => ({ telegram: { accounts: { default: { enabled: true, configured: true, ...account } } } });
const works = telegram({ running: true, connected: true, healthState: "healthy" });
const revoked = telegram({ lifecycle: "blocked", terminalDisconnect: true, lastError: "401: Unauthorized" });

describe("A6 health of an agent: HTTP, WebSocket, its own word, its heartbeat, its channels", () => {
  it("one connection serves for many looks, and the channels come with the first", async () => {
    const agent = await probed({ channels: works });
    await agent.until(() => agent.state() === "healthy");
    expect(agent.channels()).toEqual(["Telegram ok"]);
    const answers = () => agent.seen.connections + agent.seen.http;
    const before = answers();
    agent.tick();
    const looked = vi.fn();
    const timer = setInterval(looked, 100);
    after.push(() => clearInterval(timer));
    await agent.until(() => looked.mock.calls.length > 15);
    expect(answers()).toBe(before);
    expect(agent.seen).toMatchObject({ connections: 1, refusals: 0, http: 1 });
  });

  it("a channel that is lost is told at once, the process stays healthy, and it comes back likewise", async () => {
    const agent = await probed({ channels: works }, { intervalSeconds: 3600 });
    await agent.until(() => agent.state() === "healthy");
    agent.settings.channels = revoked;
    agent.tellHealth();
    await agent.until(() => agent.channels()?.[0] === "Telegram lost token refused");
    expect(agent.state()).toBe("healthy");
    const since = agent.prober.report("run")?.channels?.[0]?.since;
    agent.tellHealth();
    agent.settings.channels = works;
    agent.tellHealth();
    await agent.until(() => agent.channels()?.[0] === "Telegram ok");
    expect(agent.prober.report("run")?.channels?.[0]?.since).not.toBe(since);
    expect(agent.heard.length).toBe(3);
    expect(agent.seen.connections).toBe(1);
  });

  it("no secret of the pod is in what a channel says", async () => {
    const said = telegram({ lifecycle: "blocked", lastError: "cannot use 123456:AAsecretsecret today" });
    const agent = await probed({ channels: said });
    await agent.until(() => agent.state() === "healthy");
    expect(JSON.stringify(agent.prober.report("run"))).not.toContain("AAsecret");
    expect(agent.channels()?.[0]).toContain("cannot use");
  });

  it("a link that ends is made anew at once", async () => {
    const agent = await probed({}, { intervalSeconds: 3600 });
    await agent.until(() => agent.state() === "healthy");
    agent.hangUp();
    await agent.until(() => agent.seen.connections === 2);
    expect(agent.state()).toBe("healthy");
  });

  it("a process that hangs is found, though its sockets stay open, and found well again", async () => {
    const agent = await probed({}, { timeoutSeconds: 0.2 });
    await agent.until(() => agent.state() === "healthy");
    agent.settings.isHung = true;
    await agent.until(() => agent.state() === "unhealthy");
    expect(agent.message()).toBe("no answer to the agent probe within 0.2 s");
    agent.settings.isHung = false;
    await agent.until(() => agent.state() === "healthy");
  });

  it("a gateway that answers but has no heartbeat is not well", async () => {
    const agent = await probed({ tickMs: 100 }, { failures: 1 });
    await agent.until(() => agent.state() === "unhealthy");
    expect(agent.message()).toMatch(/^no heartbeat/);
  });

  it("a wrong token is told, and not tried again and again: an agent would shut us out", async () => {
    const agent = await probed({}, { startSeconds: 1 }, "wrong");
    await agent.until(() => agent.state() === "unhealthy");
    expect(agent.message()).toContain("its gateway refuses the token that AgentPod keeps");
    expect(agent.seen.refusals).toBe(1);
  });

  it.each([
    ["a page", "<!doctype html><title>app</title>", "was not answered by the gateway of an agent"],
    ["null", "null", "was not answered by the gateway of an agent"],
    ["its own no", '{"ok":false}', "was not answered by the gateway of an agent"],
  ])("200 with %s is no health", async (_, body, words) => {
    const agent = await probed({ body });
    await agent.until(() => agent.message().includes(words));
    expect(agent.state()).toBe("starting");
    expect(agent.seen.connections).toBe(0);
  });

  it("an agent that knows no proxy is asked without a word of one", async () => {
    const agent = await probed({ proxy: "unknown" });
    await agent.until(() => agent.state() === "healthy");
    expect(agent.seen.connections).toBe(1);
  });

  it.each([
    [503, "GET /healthz answered 503"],
    [403, "does not take AgentPod for its proxy"],
  ])("%d is said", async (status, words) => {
    const agent = await probed({ status });
    await agent.until(() => agent.message().includes(words));
  });

  it("what was known of channels before this process began holds their times", async () => {
    const gateway = await agentGateway({ channels: revoked });
    after.push(gateway.close);
    const since = "2026-01-01T10:02:00.000Z";
    const prober = startProber(
      { dial: gateway.dial } as unknown as Runtime,
      () => new Date(),
      async () => ({ gatewayToken: "right" }),
      () => undefined,
    );
    after.push(() => prober.stop());
    const channels = [
      { channel: "telegram", label: "Telegram", account: "default", state: "lost" as const, message: "token refused", since },
    ];
    const id = { pod: "p", unit: "agent", revision: "r" };
    prober.track("p", [{ id, runId: "run", probe: probeOf({}), startedAt: "", channels }], 1);
    await vi.waitFor(() => expect(prober.report("run")?.state).toBe("healthy"), { timeout: 60_000 });
    expect(prober.report("run")?.channels).toEqual(channels);
  });
});
