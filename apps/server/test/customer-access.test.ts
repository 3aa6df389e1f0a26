import { randomUUID } from "node:crypto";
import { roles } from "@agentpod/core/permission";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { agentHandlers } from "./agent-gateway.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;

/** An agent that takes the token in its environment alone. */
const agent: MemoryProgram = ({ run, exit }) => ({
  ...agentHandlers({ token: run.env.TOKEN ?? "", channels: {} }),
  term: () => exit(0),
});

const template = {
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "helper",
  title: { en: "Acme Helper", zh: "爱客美助手" },
  description: { en: "d", zh: "d" },
  inputs: { gatewayToken: { type: "string", generate: "password" } },
  spec: {
    units: [
      {
        name: "agent",
        image: "agent:1",
        env: { TOKEN: "{{ inputs.gatewayToken }}" },
        ports: [{ name: "gateway", container: 18789 }],
        probe: { kind: "agent", port: "gateway", secret: "gatewayToken", intervalSeconds: 0.5 },
      },
    ],
    routes: [{ unit: "agent", port: "gateway" }],
  },
};

interface Customer {
  id: string;
  cookie: string;
  secret: string;
}

const until = (pod: string) =>
  vi.waitFor(
    async () => {
      const { phase, observedGeneration, generation } = await rig.admin.pods.get("acme", pod);
      expect([phase, observedGeneration]).toEqual(["running", generation]);
    },
    { timeout: 120_000, interval: 100 },
  );

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { program: agent });
  await rig.admin.templates.apply(template as never);
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  for (const pod of ["bot", "twin"]) await rig.admin.pods.create("acme", { name: pod, template: "helper" });
  for (const pod of ["bot", "twin"]) await until(pod);
}, 240_000);
afterAll(() => rig?.close());

/** A browser that used a hand-over link. */
async function handed(pod: string): Promise<Customer> {
  const { secret } = await rig.admin.handOver.create("acme", pod);
  const answer = await fetch(`${rig.url}/api/v1/hand-over/use`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ secret }),
  });
  expect(answer.status).toBe(200);
  const id = ((await answer.json()) as { own: string }).own.replace("/my-agent/", "");
  const cookie = answer.headers.getSetCookie()[0] ?? "";
  return { id, cookie, secret: /^agent_access=([^;]+)/.exec(cookie)?.[1] ?? "" };
}

const ask = async (id: string, secret: string, what = "", body?: object, origin: string | null = rig.deps.publicUrl) => {
  const answer = await fetch(`${rig.url}/api/v1/my-agents/${id}${what}`, {
    headers: { cookie: `agent_access=${secret}`, "content-type": "application/json", ...(origin !== null && { origin }) },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
};
const tokenOf = async (pod: string) => (await rig.admin.podTokens.reveal("acme", pod)).value;

describe("A12 the user of an agent", { timeout: 240_000 }, () => {
  it("keeps a page of their own from the hand-over: status, usage and budget, and nothing of AgentPod", async () => {
    const mine = await handed("bot");
    expect(mine.cookie).toMatch(
      new RegExp(`^agent_access=apc_[\\w-]{43}; Path=/api/v1/my-agents/${mine.id}; Max-Age=15552000; HttpOnly; SameSite=Strict$`),
    );
    await rig.admin.llmBudgets.set("acme", "bot", { tokensPerDay: 5000 });
    const { status, body } = await ask(mine.id, mine.secret);
    expect([status, body]).toEqual([
      200,
      {
        agent: template.title,
        state: "ready",
        channels: [],
        page: expect.stringMatching(/^http:\/\/bot-acme\./),
        usage: { month: expect.stringMatching(/^\d{4}-\d\d$/), calls: 0, tokens: 0 },
        budget: { moneyLeftPercent: null, tokensLeft: 5000 },
        mayEnter: false,
      },
    ]);
    expect(await rig.admin.customerAccesses.list("acme", "bot")).toMatchObject([{ id: mine.id, lastUsedAt: expect.any(String) }]);
    expect(JSON.stringify(rig.logged)).not.toContain(mine.secret);
  });

  it("of one agent sees nothing of another, and a made-up, altered or expired one sees nothing", async () => {
    const [bot, twin] = [await handed("bot"), await handed("twin")];
    for (const [id, secret] of [
      [bot.id, twin.secret],
      [twin.id, bot.secret],
      [bot.id, `${bot.secret}x`],
      [bot.id, ""],
      [randomUUID(), bot.secret],
    ] as const) {
      expect((await ask(id, secret)).status).toBe(401);
      expect((await ask(id, secret, "/reset", { confirm: true })).status).toBe(401);
      expect((await ask(id, secret, "/enter", {})).status).toBe(401);
    }
    await rig.asSystem(`update agentpod.customer_accesses set expires_at = now() - interval '1 second' where id = '${twin.id}'`);
    expect((await ask(twin.id, twin.secret)).status).toBe(401);
    expect((await rig.admin.customerAccesses.list("acme", "twin")).map(({ id }) => id)).not.toContain(twin.id);
  });

  it("resets the access: another token, other pages are worth nothing, and one entry is given, once", async () => {
    await rig.asSystem("delete from agentpod.attempts");
    const [mine, other] = [await handed("bot"), await handed("bot")];
    const before = await tokenOf("bot");
    expect((await ask(mine.id, mine.secret, "/enter", {})).status).toBe(409);
    expect((await ask(mine.id, mine.secret, "/reset", {})).status).toBe(400);
    expect((await ask(mine.id, mine.secret, "/reset", { confirm: true }, "https://evil.example")).status).toBe(403);
    expect((await ask(mine.id, mine.secret, "/reset", { confirm: true }, null)).status).toBe(403);
    expect(await tokenOf("bot")).toBe(before);

    expect((await ask(mine.id, mine.secret, "/reset", { confirm: true })).status).toBe(202);
    const after = await tokenOf("bot");
    expect(after).not.toBe(before);
    expect((await ask(other.id, other.secret)).status).toBe(401);
    let url = "";
    await vi.waitFor(
      async () => {
        const { status, body } = await ask(mine.id, mine.secret, "/enter", {});
        expect(status).toBe(200);
        url = String(body.url);
      },
      { timeout: 120_000, interval: 500 },
    );
    expect(new URL(url).hash).toContain(`bootstrapToken=bootstrap-of-${after.slice(0, 8)}`);
    expect((await ask(mine.id, mine.secret, "/enter", {})).status).toBe(409);
    const events = (await rig.admin.events.list({ tenant: "acme", pod: "bot", limit: 200 })).map(({ type, actor }) => `${type} ${actor}`);
    expect(events).toContain("customer_access.reset customer");
    await until("bot");
  });

  it("is seen and taken back by who may write the pod; another tenant sees none", async () => {
    await rig.asSystem("delete from agentpod.attempts");
    const mine = await handed("twin");
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    await expect(bolts.customerAccesses.list("acme", "twin")).rejects.toMatchObject({ code: "not_found" });
    await expect(bolts.customerAccesses.delete("acme", "twin", mine.id)).rejects.toMatchObject({ code: "not_found" });
    const viewer = rig.client(await rig.token("acme", roles.viewer));
    expect((await viewer.customerAccesses.list("acme", "twin")).map(({ id }) => id)).toContain(mine.id);
    await expect(viewer.customerAccesses.delete("acme", "twin", mine.id)).rejects.toMatchObject({ code: "forbidden" });
    await expect(rig.admin.customerAccesses.delete("acme", "bot", mine.id)).rejects.toMatchObject({ code: "not_found" });
    await rig.admin.customerAccesses.delete("acme", "twin", mine.id);
    expect((await ask(mine.id, mine.secret)).status).toBe(401);
  });

  it("who guesses is stopped; the page is in the visitor's language and names no AgentPod", async () => {
    await rig.asSystem("delete from agentpod.attempts");
    const tries: number[] = [];
    for (let i = 0; i < 25; i++) tries.push((await ask(randomUUID(), `apc_${i}`)).status);
    expect(tries.at(-1)).toBe(429);
    for (const [accept, words] of [
      ["en-US", "Reset access"],
      ["zh-CN,zh;q=0.9", "重置访问"],
    ] as const) {
      const page = await fetch(`${rig.url}/my-agent/${randomUUID()}`, { headers: { "accept-language": accept } });
      const html = await page.text();
      expect(html).toContain(words);
      expect(html).not.toMatch(/agentpod/i);
      expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; /);
    }
  });
});
