import { roles } from "@agentpod/core/permission";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { agentHandlers, restingRpc } from "./agent-gateway.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
let played: Record<string, ReturnType<typeof agentHandlers>> = {};

/** An agent that takes the token in its environment alone. */
const agent: MemoryProgram = ({ run, exit }) => {
  const handlers = agentHandlers({ token: run.env.TOKEN ?? "", channels: channels(), rpc: restingRpc });
  played[`${run.scope.tenant}/${run.scope.name}`] = handlers;
  return { ...handlers, term: () => exit(0) };
};
let channels = (): Record<string, unknown> => ({});

const spec = {
  units: [
    {
      name: "agent",
      image: "agent:1",
      env: { TOKEN: "{{ secrets.gatewayToken }}" },
      ports: [{ name: "gateway", container: 18789 }],
      probe: { kind: "agent", port: "gateway", secret: "gatewayToken", intervalSeconds: 0.5 },
    },
  ],
  routes: [{ unit: "agent", port: "gateway" }],
};
const template = {
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "helper",
  title: { en: "Acme Helper", zh: "爱客美助手" },
  description: { en: "d", zh: "d" },
  inputs: { gatewayToken: { type: "string", generate: "password" } },
  spec: { ...spec, units: [{ ...spec.units[0], env: { TOKEN: "{{ inputs.gatewayToken }}" } }] },
};

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { program: agent });
  await rig.admin.templates.apply(template as never);
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  for (const [tenant, pod] of [
    ["acme", "bot"],
    ["acme", "twin"],
    ["bolts", "bot"],
  ] as const)
    await rig.admin.pods.create(tenant, { name: pod, template: "helper" });
  await until("acme", "bot");
  await until("acme", "twin");
});
afterAll(() => {
  played = {};
  return rig?.close();
});

const until = (tenant: string, pod: string, is = (view: Awaited<ReturnType<typeof rig.admin.pods.get>>) => view.phase === "running") =>
  vi.waitFor(async () => expect(is(await rig.admin.pods.get(tenant, pod))).toBe(true), { timeout: 60_000, interval: 50 });
const post = async (path: string, body: object) => {
  const response = await fetch(`${rig.url}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
};
const events = async (pod = "bot") => (await rig.admin.events.list({ tenant: "acme", pod, limit: 200 })).map(({ type }) => type);

describe("A2 a hand-over link", () => {
  it("opens the agent's page once, with a credential of that agent behind the #, and its replay is refused", async () => {
    const made = await rig.admin.handOver.create("acme", "bot");
    expect(made.link).toBe(`${rig.deps.publicUrl}/hand-over#${made.secret}`);
    const look = await post("/hand-over/look", { secret: made.secret });
    expect(look).toMatchObject({ status: 200, body: { agent: template.title } });
    const used = await post("/hand-over/use", { secret: made.secret });
    const url = new URL(String(used.body.url));
    const { value } = await rig.admin.podTokens.reveal("acme", "bot");
    expect(url.hostname).toMatch(/^bot-acme\./);
    expect(url.search).toBe("");
    expect(new URLSearchParams(url.hash.slice(1)).get("bootstrapToken")).toBe(`bootstrap-of-${value.slice(0, 8)}-1`);
    expect(url.href).not.toContain(value);
    for (const what of ["look", "use"]) expect((await post(`/hand-over/${what}`, { secret: made.secret })).status).toBe(403);
    expect(await rig.admin.handOver.get("acme", "bot")).toMatchObject({ isOpen: false });
    expect(await events()).toEqual(expect.arrayContaining(["hand_over.created", "hand_over.used"]));
    expect(JSON.stringify(rig.logged)).not.toContain(made.secret);
  });

  it("is one pod's: what it gives comes from that pod's own agent", async () => {
    const [bot, twin] = await Promise.all(["bot", "twin"].map((pod) => rig.admin.handOver.create("acme", pod)));
    const page = async (secret = "") => new URL(String((await post("/hand-over/use", { secret })).body.url)).hostname.split(".")[0];
    expect(await page(twin?.secret)).toBe("twin-acme");
    expect(await page(bot?.secret)).toBe("bot-acme");
  });

  it("used by several at once, it serves one", async () => {
    const { secret } = await rig.admin.handOver.create("acme", "bot");
    const answers = await Promise.all(Array.from({ length: 5 }, () => post("/hand-over/use", { secret })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403]);
  });

  it("a newer one ends it, so does taking it back, and so does time", async () => {
    const first = await rig.admin.handOver.create("acme", "bot");
    const second = await rig.admin.handOver.create("acme", "bot", { hours: 1 });
    expect((await post("/hand-over/look", { secret: first.secret })).status).toBe(403);
    expect((await post("/hand-over/look", { secret: second.secret })).status).toBe(200);
    await rig.admin.handOver.delete("acme", "bot");
    expect((await post("/hand-over/look", { secret: second.secret })).status).toBe(403);
    const third = await rig.admin.handOver.create("acme", "bot", { hours: 1 });
    await rig.asSystem("update agentpod.hand_overs set expires_at = now() - interval '1 second'");
    expect((await post("/hand-over/use", { secret: third.secret })).status).toBe(403);
    expect(await rig.admin.handOver.get("acme", "bot")).toMatchObject({ isOpen: false, usedAt: null });
  });

  it("survives an agent that cannot answer, and serves when it can", async () => {
    const { secret } = await rig.admin.handOver.create("acme", "bot");
    const handlers = played["acme/bot"] as NonNullable<(typeof played)[string]>;
    handlers.settings.token = "another";
    const refused = await post("/hand-over/use", { secret });
    expect(refused.status).toBe(503);
    handlers.settings.token = (await rig.admin.podTokens.reveal("acme", "bot")).value;
    expect((await post("/hand-over/use", { secret })).status).toBe(200);
  });

  it("wakes an agent that sleeps; one that was stopped stays so", async () => {
    const { secret } = await rig.admin.handOver.create("acme", "twin");
    await rig.admin.pods.sleep("acme", "twin");
    await until("acme", "twin", ({ phase }) => phase === "sleeping");
    expect((await post("/hand-over/use", { secret })).status).toBe(503);
    await until("acme", "twin");
    expect((await post("/hand-over/use", { secret })).status).toBe(200);
    const next = await rig.admin.handOver.create("acme", "twin");
    await rig.admin.pods.stop("acme", "twin");
    expect((await post("/hand-over/use", { secret: next.secret })).status).toBe(409);
  });

  it("another tenant makes, sees and takes back none; a viewer sees; a pod that is no agent has none", async () => {
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    for (const what of [bolts.handOver.create, bolts.handOver.get, bolts.handOver.delete])
      await expect(what("acme", "bot")).rejects.toMatchObject({ code: "not_found" });
    const viewer = rig.client(await rig.token("acme", roles.viewer));
    expect(await viewer.handOver.get("acme", "bot")).not.toBeUndefined();
    await expect(viewer.handOver.create("acme", "bot")).rejects.toMatchObject({ code: "forbidden" });
    await rig.admin.pods.create("acme", { name: "plain", spec: { units: [{ name: "a", image: "a:1" }] } });
    await expect(rig.admin.handOver.create("acme", "plain")).rejects.toMatchObject({ code: "invalid" });
  });

  it("who guesses is stopped", async () => {
    const tries: number[] = [];
    const { secret } = await rig.admin.handOver.create("acme", "twin");
    for (let i = 0; i < 25; i++) expect((await post("/hand-over/use", { secret })).status).toBe(409);
    for (let i = 0; i < 25; i++) tries.push((await post(`/hand-over/${i % 2 ? "look" : "use"}`, { secret: `aph_${i}` })).status);
    expect(tries.filter((status) => status === 403).length).toBeLessThanOrEqual(20);
    expect(tries.at(-1)).toBe(429);
  });

  it("its page is in the visitor's language, names no AgentPod, and runs its own script alone", async () => {
    for (const [accept, words] of [
      ["en-US", "Start chatting"],
      ["zh-CN,zh;q=0.9", "开始对话"],
    ] as const) {
      const page = await fetch(`${rig.url}/hand-over`, { headers: { "accept-language": accept } });
      const html = await page.text();
      expect(html).toContain(words);
      expect(html).not.toMatch(/agentpod/i);
      expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; /);
      expect(page.headers.get("cache-control")).toBe("no-store");
      expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    }
  });
});

describe("A12 gateway tokens", () => {
  it("each pod has its own, made for it; lists mask them, and revealing is written down", async () => {
    const acme = rig.client(await rig.token("acme", roles.admin));
    const listed = await acme.podTokens.list();
    expect(listed.map(({ pod }) => pod)).toEqual(["bot", "twin"]);
    const values = await Promise.all(listed.map(({ pod }) => acme.podTokens.reveal("acme", pod)));
    expect(new Set(values.map(({ value }) => value)).size).toBe(2);
    for (const [i, { value }] of values.entries()) {
      expect(value.length).toBeGreaterThanOrEqual(32);
      expect(listed[i]?.masked).toBe(`••••${value.slice(-4)}`);
    }
    expect(await events()).toContain("pod_token.revealed");
    const viewer = rig.client(await rig.token("acme", roles.viewer));
    await expect(viewer.podTokens.reveal("acme", "bot")).rejects.toMatchObject({ code: "forbidden" });
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    expect((await bolts.podTokens.list()).map(({ tenant }) => tenant)).toEqual(["bolts"]);
    await expect(bolts.podTokens.rotate("acme", "bot")).rejects.toMatchObject({ code: "not_found" });
  });

  it("a rotated one is the agent's from its next start on, and no other pod notices", async () => {
    await until("acme", "bot");
    const before = await rig.admin.podTokens.reveal("acme", "bot");
    const others = JSON.stringify((await rig.admin.pods.get("bolts", "bot")).units.map(({ runId }) => runId));
    const old = await rig.admin.pods.get("acme", "bot");
    const next = await rig.admin.podTokens.rotate("acme", "bot");
    expect(next.generation).toBe(old.generation + 1);
    await until("acme", "bot", (pod) => pod.observedGeneration >= next.generation && pod.phase === "running");
    const after = await rig.admin.podTokens.reveal("acme", "bot");
    expect(after.value).not.toBe(before.value);
    expect(played["acme/bot"]?.settings.token).toBe(after.value);
    expect((await rig.admin.pods.get("acme", "bot")).health).toBe("healthy");
    expect(JSON.stringify((await rig.admin.pods.get("bolts", "bot")).units.map(({ runId }) => runId))).toBe(others);
    const told = JSON.stringify(await rig.admin.events.list({ tenant: "acme", limit: 200 }));
    expect(told).toContain("pod_token.rotated");
    for (const { value } of [before, after]) expect(told).not.toContain(value);
  });
});

describe("A6 A19 a lost channel, from the agent to the operator", () => {
  it("is in the pod's health, an event and an alert; the agent is not restarted; and it is told when it is back", async () => {
    const lost = {
      telegram: { accounts: { default: { enabled: true, configured: true, lifecycle: "blocked", lastError: "401: Unauthorized" } } },
    };
    const fine = {
      telegram: { accounts: { default: { enabled: true, configured: true, running: true, connected: true, healthState: "healthy" } } },
    };
    channels = () => fine;
    await rig.admin.pods.create("acme", { name: "reached", template: "helper" });
    await until("acme", "reached");
    const state = async () =>
      (await rig.admin.pods.health("acme", "reached")).units[0]?.channels?.map((one) => `${one.label} ${one.state} ${one.message}`);
    await vi.waitFor(async () => expect(await state()).toEqual(["Telegram ok "]), { timeout: 60_000, interval: 50 });
    const before = (await rig.admin.pods.get("acme", "reached")).units[0];
    const handlers = played["acme/reached"] as NonNullable<(typeof played)[string]>;
    handlers.settings.channels = lost;
    handlers.tellHealth();
    await vi.waitFor(async () => expect(await state()).toEqual(["Telegram lost token refused"]), { timeout: 60_000, interval: 50 });
    const after = (await rig.admin.pods.get("acme", "reached")).units[0];
    expect([after?.health, after?.runId, after?.restarts]).toEqual(["healthy", before?.runId, 0]);
    expect(await events("reached")).toContain("channel.lost");
    handlers.settings.channels = fine;
    handlers.tellHealth();
    await vi.waitFor(async () => expect(await events("reached")).toContain("channel.regained"), { timeout: 60_000, interval: 50 });
  });
});
