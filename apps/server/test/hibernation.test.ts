import type { PodView } from "@agentpod/core/api/pod-view";
import { roles } from "@agentpod/core/permission";
import type { PodSpecInput } from "@agentpod/core/pod-spec";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { agentHandlers, chatEvents } from "./agent-gateway.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { eventually, openRig, type Rig } from "./reconciler-rig.ts";

const token = "token-of-this-agent-0123456789";
const hour = 3_600_000;

/** An agent as this test wants it: what is planned for it, what it does, and when somebody spoke to it. */
function agent() {
  const facts = { nextWakeAtMs: null as number | null, isBusy: false, spokenAtMs: 0, isSuspended: false };
  const rpc = {
    "gateway.suspend.prepare": () => {
      if (facts.isBusy)
        return { status: "busy", retryAfterMs: 20_000, activeCount: 1, blockers: [{ kind: "run", message: "1 active run" }] };
      facts.isSuspended = true;
      return { status: "ready", suspensionId: "s1", expiresAtMs: 1, activeCount: 0, blockers: [] };
    },
    "gateway.suspend.resume": () => {
      facts.isSuspended = false;
      return { ok: true, status: "running", resumed: true };
    },
    "cron.status": () => (facts.isSuspended ? undefined : { enabled: true, jobs: 1, nextWakeAtMs: facts.nextWakeAtMs }),
    "cron.list": () => (facts.isSuspended ? undefined : { jobs: [{ name: "report", enabled: true, schedule: { kind: "at" } }] }),
    health: () => ({ ok: true, sessions: { count: 1, recent: [{ key: "main", updatedAt: facts.spokenAtMs }] } }),
  };
  const runs: ReturnType<typeof agentHandlers>[] = [];
  const program: MemoryProgram = ({ exit }) => {
    const chat = ({ message }: { message: string }, response: Parameters<typeof chatEvents>[0]): void => {
      const { begin, text, end } = chatEvents(response);
      begin();
      text(`You said: ${message}`);
      end();
    };
    const handlers = agentHandlers({ token, rpc, chat });
    runs.push(handlers);
    return { ...handlers, term: () => exit(0) };
  };
  return { facts, runs, program };
}

const spec = (config = "{}"): PodSpecInput => ({
  units: [
    {
      name: "agent",
      image: "agent:1",
      env: { AGENT_CONFIG: config },
      ports: [{ name: "gateway", container: 18789 }],
      probe: { kind: "agent", port: "gateway", secret: "gatewayToken", intervalSeconds: 0.5 },
    },
  ],
  routes: [{ unit: "agent", port: "gateway" }],
  idle: { sleepAfterSeconds: 60, openPages: "ignore" },
});

describe("A18 an idle agent", () => {
  let rig: Rig;
  let played: ReturnType<typeof agent>;
  beforeEach(async () => {
    rig = await openRig(inject("serverUrl"));
    played = agent();
  });
  afterEach(() => rig.close());

  const start = (owner = "one") => rig.start({ owner, programs: { "agent:1": played.program } }).reconciler;
  const make = async () => {
    const pod = await rig.create("agent", spec(), { gatewayToken: token });
    await rig.reaches(pod, "running");
    return pod;
  };
  const asked = () => played.runs.flatMap(({ seen }) => seen.rpc).filter((method) => method === "gateway.suspend.prepare").length;
  const eventsOf = async (type: string) =>
    (await rig.database.asSystem((store) => store.events.latest({}, 1000))).filter((event) => event.type === type);

  it("is asked, sleeps, and is woken in time for its next job by another control plane than the one that put it to sleep", async () => {
    const reconciler = start();
    const pod = await make();
    const due = Date.now() + hour;
    played.facts.nextWakeAtMs = due;
    rig.ahead.seconds = 61;
    await reconciler.now();
    const asleep = await rig.reaches(pod, "sleeping");
    const wakeAt = new Date(due - 60_000).toISOString();
    expect(asleep.asleep).toEqual({ since: expect.any(String), wakeAt });
    expect(asleep.status.message).toContain(`wakes for traffic or at ${wakeAt.slice(0, 16).replace("T", " ")} UTC`);
    expect(await eventsOf("pod.slept")).toMatchObject([{ data: { wakeAt } }]);
    await reconciler.stop();

    rig.ahead.seconds = 3500;
    const next = start("two");
    await next.now();
    expect((await rig.find(pod))?.desired).toBe("sleeping");
    rig.ahead.seconds = 3600;
    played.facts.nextWakeAtMs = null;
    await next.now();
    await rig.reaches(pod, "running");
    expect(await eventsOf("pod.woken")).toMatchObject([{ actor: "system", result: "ok", data: { wakeAt } }]);
    expect((await rig.find(pod))?.asleep).toBeNull();
    expect(await eventsOf("pod.alert")).toEqual([]);
  });

  it("that is at work, was spoken to lately or has a job in a moment stays awake, and is not asked all the time", async () => {
    const reconciler = start();
    const pod = await make();
    played.facts.isBusy = true;
    rig.ahead.seconds = 61;
    await reconciler.now();
    await reconciler.now();
    expect([asked(), (await rig.find(pod))?.desired]).toEqual([1, "running"]);
    played.facts.isBusy = false;
    played.facts.spokenAtMs = Date.now() + 50_000;
    await reconciler.now();
    expect(asked()).toBe(1);
    expect(played.facts.isSuspended).toBe(false);
    expect(await eventsOf("pod.slept")).toEqual([]);
    await reconciler.stop();

    // Another control plane knows nothing of that, and asks for itself.
    const next = start("two");
    await rig.reaches(pod, "running");
    await vi.waitFor(async () => {
      await next.now();
      expect(asked()).toBe(2);
    }, 25_000);
    expect((await rig.find(pod))?.desired).toBe("running");
  });

  it("that cannot be asked stays awake", async () => {
    const reconciler = start();
    const pod = await make();
    for (const run of played.runs) run.settings.rpc = {};
    rig.ahead.seconds = 61;
    await reconciler.now();
    expect((await rig.find(pod))?.desired).toBe("running");
    expect(await eventsOf("unit.failed")).toEqual([]);
  });

  it("whose job is due where there is no room is told of, and wakes once there is", async () => {
    const reconciler = start();
    const pod = await make();
    await rig.database.asSystem((store) =>
      store.pods.setDesired(pod.id, "sleeping", undefined, undefined, new Date(Date.now() + hour).toISOString()),
    );
    await rig.reaches(pod, "sleeping");
    rig.memoryFreeMb = 1;
    rig.ahead.seconds = 3601;
    await reconciler.now();
    await eventually(rig, async () =>
      expect((await rig.find(pod))?.status.message).toMatch(/^Asleep since .*which is tried again: .*memory/),
    );
    expect((await rig.find(pod))?.desired).toBe("sleeping");
    rig.memoryFreeMb = 100_000;
    rig.ahead.seconds = 7200;
    await reconciler.now();
    await rig.reaches(pod, "running");
  });
});

describe("A18 an agent is put to sleep by hand, and woken by a question", () => {
  let rig: ApiRig;
  let played = agent();
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"), { program: (unit) => played.program(unit) });
    await rig.admin.tenants.create({ name: "acme" });
    await rig.admin.templates.apply({
      apiVersion: "agentpod/v1",
      kind: "Template",
      name: "helper",
      title: { en: "Helper", zh: "助手" },
      description: { en: "d", zh: "d" },
      inputs: { gatewayToken: { type: "string", secret: true }, config: { type: "string", default: "{}" } },
      spec: spec("{{ inputs.config }}"),
    } as never);
  });
  afterAll(() => rig?.close());

  const eventually = { timeout: 60_000, interval: 50 };
  const at = (name: string, phase: string) =>
    vi.waitFor(async () => {
      const pod = await rig.admin.pods.get("acme", name);
      expect(pod).toMatchObject({ phase, health: phase === "running" ? "healthy" : "none" });
      return pod;
    }, eventually);
  const make = async (name: string, config: object = {}): Promise<PodView> => {
    played = agent();
    await rig.admin.pods.create("acme", {
      name,
      template: "helper",
      inputs: { gatewayToken: token, config: JSON.stringify(config) },
    });
    return at(name, "running");
  };

  it("says when it wakes; a question wakes it and is answered", async () => {
    await make("plain");
    played.facts.nextWakeAtMs = Date.now() + hour;
    played.facts.spokenAtMs = Date.now();
    expect(await rig.admin.pods.sleep("acme", "plain")).toMatchObject({ desired: "sleeping" });
    const asleep = await at("plain", "sleeping");
    expect(asleep.asleep?.wakeAt).toBe(new Date(played.facts.nextWakeAtMs - 60_000).toISOString());
    const client = rig.client(await rig.token("acme", roles.admin));
    let answer = "";
    for await (const line of client.agents.ask("acme", "plain", { message: "Awake?" }, new AbortController().signal))
      if (line.kind === "text") answer += line.text;
    expect(answer).toBe("You said: Awake?");
    expect(await rig.admin.pods.get("acme", "plain")).toMatchObject({ desired: "running" });
    expect((await rig.admin.pods.get("acme", "plain")).asleep).toBeUndefined();
  });

  it("is refused where it is at work, does not say, or a channel needs it awake; nothing has changed then", async () => {
    const pod = await make("busy");
    played.facts.isBusy = true;
    const sleep = (name: string) => rig.admin.pods.sleep("acme", name);
    await expect(sleep("busy")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("1 active run") });
    played.facts.isBusy = false;
    for (const run of played.runs) run.settings.rpc = null;
    await expect(sleep("busy")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("what jobs it has") });
    expect(await rig.admin.pods.get("acme", "busy")).toMatchObject({ desired: "running", generation: pod.generation });
    await make("bot", { channels: { telegram: { enabled: true } } });
    await expect(sleep("bot")).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/Telegram is asked for new messages by the agent itself.*Stop it instead/),
    });
    expect(played.runs.flatMap(({ seen }) => seen.rpc)).toEqual([]);
  });
});
