import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { AgentAnswerLine } from "@agentpod/core/api/agent-ask-view";
import { roles } from "@agentpod/core/permission";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type AskLimits, askAgent } from "../src/agents/ask-agent.ts";
import { agentGateway, agentHandlers, chatEvents } from "./agent-gateway.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";

const eventually = { timeout: 60_000, interval: 20 };
const answers = async (lines: AsyncIterable<AgentAnswerLine>): Promise<AgentAnswerLine[]> => Array.fromAsync(lines);
const said = (lines: readonly AgentAnswerLine[]): string => lines.map((line) => (line.kind === "text" ? line.text : "")).join("");

describe("A6 an agent is asked something over a connection of its own", () => {
  let agent: Awaited<ReturnType<typeof agentGateway>>;
  const limits: AskLimits = { silentMs: 60_000, wholeMs: 60_000, characters: 1000 };
  const ask = (change: Partial<AskLimits> = {}, signal = new AbortController().signal) =>
    askAgent({
      dial: agent.dial,
      token: "right",
      message: "Ping?",
      conversation: "c1",
      clean: (one) => one.replaceAll("hush", "[secret]"),
      signal,
      limits: { ...limits, ...change },
    });
  beforeAll(async () => {
    agent = await agentGateway();
  });
  afterEach(() => {
    agent.settings.chat = null;
    agent.settings.token = "right";
    agent.settings.status = null;
  });
  afterAll(() => agent.close());

  it("its answer comes in pieces as they are said, each before the next", async () => {
    let response: ServerResponse | null = null;
    agent.settings.chat = (_question, given) => {
      response = given;
      chatEvents(given).begin();
    };
    const lines = ask();
    expect((await lines.next()).value).toEqual({ kind: "accepted" });
    const events = chatEvents(response as unknown as ServerResponse);
    for (const piece of ["Po", "ng ", "漢字"]) {
      events.text(piece);
      expect((await lines.next()).value).toEqual({ kind: "text", text: piece });
    }
    events.end();
    expect((await lines.next()).value).toEqual({ kind: "end" });
    expect((await lines.next()).done).toBe(true);
    expect(agent.seen.questions.at(-1)).toEqual({ message: "Ping?", conversation: "c1" });
  });

  it.each<[string, Partial<typeof agent.settings>, string, RegExp]>([
    ["takes none: a page answers", {}, "conflict", /save its configuration once more, or upgrade it$/],
    ["has another token", { token: "other", chat: () => undefined }, "unavailable", /refuses the token/],
    [
      "refuses in words",
      { chat: (_q, response) => void response.writeHead(500).end('{"error":{"message":"no model hush"}}') },
      "unavailable",
      /^the agent could not answer: no model \[secret\]$/,
    ],
    ["is broken", { chat: (_q, response) => void response.writeHead(502).end("<html>") }, "unavailable", /answered 502/],
    ["hangs up", { chat: (_q, response) => void response.destroy() }, "unavailable", /broke off/],
  ])("one that %s throws before anything is said", async (_what, change, code, message) => {
    Object.assign(agent.settings, change);
    await expect(ask().next()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it.each<[string, (response: ServerResponse) => void, Partial<AskLimits>, string, RegExp]>([
    ["fails", (r) => chatEvents(r).fail("the model is gone, hush"), {}, "unavailable", /could not answer: the model is gone, \[secret\]$/],
    ["hangs up", (r) => void r.destroy(), {}, "unavailable", /broke off/],
    ["ends without an end", (r) => void r.end(), {}, "unavailable", /broke off/],
    ["falls silent", () => undefined, { silentMs: 2000 }, "unavailable", /said nothing for 2 s/],
    ["never ends", () => undefined, { wholeMs: 2000 }, "unavailable", /not done after 2 s/],
    ["talks too much", (r) => chatEvents(r).text("x".repeat(2000)), {}, "quota_exceeded", /longer than 1000/],
  ])("one that %s in the middle says so after what it has said", async (_what, goOn, change, code, message) => {
    agent.settings.chat = (_question, response) => {
      chatEvents(response).begin();
      chatEvents(response).text("Half of ");
      setImmediate(() => goOn(response));
    };
    const lines = await answers(ask(change));
    expect(said(lines)).toBe("Half of ");
    expect(lines.at(-1)).toEqual({ kind: "failed", code, message: expect.stringMatching(message) });
  });

  it("who leaves ends the agent's work", async () => {
    agent.settings.chat = (_question, response) => chatEvents(response).begin();
    const asker = new AbortController();
    const lines = ask({}, asker.signal);
    await lines.next();
    const before = agent.seen.leavers;
    const rest = answers(lines);
    asker.abort();
    expect(await rest).toEqual([]);
    await vi.waitFor(() => expect(agent.seen.leavers).toBe(before + 1), eventually);
  });
});

describe("A6 A19 P9 P10 asking an agent through the API", () => {
  let rig: ApiRig;
  let played: Record<string, ReturnType<typeof agentHandlers>> = {};
  const program: MemoryProgram = ({ run, exit }) => {
    const handlers = agentHandlers({ token: run.env.TOKEN ?? "", chat: echo });
    played[`${run.scope.tenant}/${run.scope.name}`] = handlers;
    return { ...handlers, term: () => exit(0) };
  };
  const echo = ({ message }: { message: string }, response: ServerResponse): void => {
    const { begin, text, end } = chatEvents(response);
    begin();
    for (const word of `You said: ${message}`.split(/(?<= )/)) text(word);
    end();
  };
  const agentSpec = {
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
  };
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"), { program });
    await rig.admin.templates.apply({
      apiVersion: "agentpod/v1",
      kind: "Template",
      name: "helper",
      title: { en: "Helper", zh: "助手" },
      description: { en: "d", zh: "d" },
      inputs: { gatewayToken: { type: "string", generate: "password" } },
      spec: agentSpec,
    } as never);
    for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
    await rig.admin.pods.create("acme", { name: "bot", template: "helper" });
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "bot")).phase).toBe("running"), eventually);
  });
  afterAll(() => {
    played = {};
    return rig?.close();
  });
  const bot = () => played["acme/bot"] as NonNullable<(typeof played)[string]>;

  it("streams the answer, writes down that it was asked and never what, and knows no secret's value", async () => {
    const operator = rig.client(await rig.token("acme", roles.operator));
    const lines = await answers(operator.agents.ask("acme", "bot", { message: "  A secret plan  " }));
    expect([lines[0]?.kind, said(lines), lines.at(-1)?.kind]).toEqual(["accepted", "You said: A secret plan", "end"]);
    const events = await rig.admin.events.list({ tenant: "acme", pod: "bot", limit: 200 });
    const [asked] = events.filter(({ type }) => type === "agent.asked");
    expect(asked).toMatchObject({ result: "ok", message: "agent acme/bot was asked something", data: { characters: 13 } });
    expect(JSON.stringify([events, rig.logged])).not.toContain("secret plan");
  });

  it("remembers by conversation: one person's are the same, and never another person's", async () => {
    const [one, other] = [rig.client(await rig.token("acme", roles.operator)), rig.client(await rig.token("acme", roles.operator))];
    bot().seen.questions.length = 0;
    for (const [client, conversation] of [
      [one, "a"],
      [one, "a"],
      [one, "b"],
      [other, "a"],
      [one, undefined],
      [one, undefined],
    ] as const)
      await answers(client.agents.ask("acme", "bot", { message: "Hi", ...(conversation && { conversation }) }));
    const [first, again, ...others] = bot().seen.questions.map(({ conversation }) => conversation);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(5);
  });

  it("other tenants find no such pod, viewers may not, and neither reaches the agent", async () => {
    const before = bot().seen.questions.length;
    const question = { message: "Hi" };
    const bolts = rig.client(await rig.token("bolts", roles.admin));
    await expect(answers(bolts.agents.ask("acme", "bot", question))).rejects.toMatchObject({ code: "not_found" });
    const viewer = rig.client(await rig.token("acme", roles.viewer));
    await expect(answers(viewer.agents.ask("acme", "bot", question))).rejects.toMatchObject({ code: "forbidden" });
    for (const message of ["", "   ", "x".repeat(16_001)])
      await expect(answers(rig.admin.agents.ask("acme", "bot", { message }))).rejects.toMatchObject({ code: "invalid" });
    expect(bot().seen.questions.length).toBe(before);
  });

  it("a pod that is no agent, and one that does not run, say so", async () => {
    await rig.admin.pods.create("acme", { name: "plain", spec: { units: [{ name: "a", image: "a:1" }] } });
    await expect(answers(rig.admin.agents.ask("acme", "plain", { message: "Hi" }))).rejects.toMatchObject({ code: "invalid" });
    await rig.admin.pods.create("acme", { name: "off", template: "helper" });
    await rig.admin.pods.stop("acme", "off");
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "off")).phase).toBe("stopped"), eventually);
    await expect(answers(rig.admin.agents.ask("acme", "off", { message: "Hi" }))).rejects.toMatchObject({ code: "conflict" });
  });

  it("three at once are answered, a fourth is told to wait, and who hangs up makes room", async () => {
    const waiting: ServerResponse[] = [];
    bot().settings.chat = (_question, response) => {
      chatEvents(response).begin();
      waiting.push(response);
    };
    const askers = Array.from({ length: 3 }, () => new AbortController());
    const open = askers.map((asker) => rig.admin.agents.ask("acme", "bot", { message: "Hi" }, asker.signal));
    await Promise.all(open.map((lines) => lines.next()));
    await expect(answers(rig.admin.agents.ask("acme", "bot", { message: "Hi" }))).rejects.toMatchObject({ code: "quota_exceeded" });
    const before = bot().seen.leavers;
    askers[0]?.abort();
    expect(await answers(open[0] as never)).toEqual([]);
    await vi.waitFor(() => expect(bot().seen.leavers).toBe(before + 1), eventually);
    bot().settings.chat = echo;
    await vi.waitFor(
      async () => expect(said(await answers(rig.admin.agents.ask("acme", "bot", { message: "Hi" })))).toContain("Hi"),
      eventually,
    );
    for (const response of waiting) if (!response.destroyed) chatEvents(response).end();
    for (const lines of open.slice(1)) expect((await answers(lines)).at(-1)?.kind).toBe("end");
  });

  it("by command: the answer as text or JSON, from the command line or standard input; a failure has its sentence and exit code", async () => {
    const env = { AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken, AGENTPOD_HOME: join(tmpdir(), "agentpod-nowhere") };
    const ask = (args: string[], input = "") => runAgentpod(["pod", "ask", "acme/bot", ...args], { env, input, cwd: tmpdir() });
    expect(await ask(["Hi"])).toEqual({ code: 0, stdout: "You said: Hi\n", stderr: "" });
    const piped = await ask(["-", "--conversation", "c", "-o", "json"], "two\nlines\n");
    expect(JSON.parse(piped.stdout)).toEqual({ answer: "You said: two\nlines" });
    bot().settings.chat = (_question, response) => {
      chatEvents(response).begin();
      chatEvents(response).text("\u001b[31mHalf");
      chatEvents(response).fail("the model is gone");
    };
    const failed = await ask(["Hi"]);
    bot().settings.chat = echo;
    expect([failed.code, failed.stdout]).toEqual([expect.any(Number), "[31mHalf\n"]);
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain("the agent could not answer: the model is gone");
  });

  it("raw: one line of JSON each, nothing kept by anybody on the way", async () => {
    const token = await rig.token("acme", roles.operator);
    const response = await fetch(`${rig.url}/api/v1/tenants/acme/pods/bot/ask`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ message: "Hi" }),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const lines = (await text(response.body as never)).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).kind)).toEqual(["accepted", "text", "text", "text", "end"]);
  });
});
