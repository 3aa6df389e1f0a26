import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { agentHandlers } from "./agent-gateway.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";
import { codes, linkableChannel } from "./linkable-channel.ts";
import { runAgentpod } from "./run-agentpod.ts";

const eventually = { timeout: 60_000, interval: 20 };
const settings = (config: object) => ({ config: JSON.stringify(config) });
const on = settings({ channels: { whatsapp: { dmPolicy: "pairing" } } });
const text = (value = "") => ({ type: "string", default: value });

/** A package in small: an agent that holds a channel which is linked by a code, and one that is not. */
const helper = (name: string, channels: string[]) => ({
  apiVersion: "agentpod/v1",
  kind: "Template",
  name,
  title: { en: "Helper", zh: "助手" },
  description: { en: "d", zh: "d" },
  product: { name: "agent", facts: { version: "2026.9.4", allow: ["channels.whatsapp"], channels } },
  inputs: {
    gatewayToken: { type: "string", generate: "password" },
    llmModel: text("m1"),
    llmBaseUrl: text(),
    llmApi: text("openai-completions"),
    llmContextWindow: { type: "integer", default: 128_000 },
    llmMaxTokens: { type: "integer", default: 8192 },
    config: text("{}"),
  },
  spec: {
    units: [
      {
        name: "agent",
        image: "agent:1",
        env: { TOKEN: "{{ inputs.gatewayToken }}" },
        ports: [{ name: "gateway", container: 18789 }],
        resources: { memoryMb: 640 },
        probe: { kind: "agent", port: "gateway", secret: "gatewayToken", intervalSeconds: 0.5 },
      },
    ],
    routes: [{ unit: "agent", port: "gateway" }],
  },
});

describe("A10 A6 P9 P10 an agent's messenger is linked by a code", () => {
  let rig: ApiRig;
  const channel = linkableChannel();
  const agents = new Map<string, ReturnType<typeof agentHandlers>>();
  const program: MemoryProgram = ({ run, exit }) => {
    const handlers = agentHandlers({ token: run.env.TOKEN ?? "", rpc: channel.rpc() });
    agents.set(run.scope.name, handlers);
    return { ...handlers, term: () => exit(0) };
  };
  const running = (pod: string) =>
    vi.waitFor(async () => expect((await rig.admin.pods.get("acme", pod)).phase).toBe("running"), eventually);
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"), { program });
    await rig.admin.templates.apply(helper("helper", ["telegram", "whatsapp"]) as never);
    await rig.admin.templates.apply(helper("deaf", ["telegram"]) as never);
    for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
    await rig.admin.pods.create("acme", { name: "bot", template: "helper", inputs: on });
    await running("bot");
  });
  beforeEach(() => channel.reset());
  afterAll(() => rig?.close());
  const operator = async () => rig.client(await rig.token("acme", roles.operator));
  const login = (body = {}) => rig.admin.agents.channels.login("acme", "bot", "whatsapp", body);
  const wait = (body = {}) => rig.admin.agents.channels.awaitLogin("acme", "bot", "whatsapp", body);
  const linkEvents = async () =>
    (await rig.admin.events.list({ tenant: "acme", pod: "bot", limit: 200 })).filter(({ type }) => type === "agent.channel_linked");
  /** Something that happens once so many wait. */
  const once = async (waiters: number, happens: () => void) => {
    await vi.waitFor(() => expect(channel.waiting()).toBe(waiters), eventually);
    happens();
  };

  it("a code, then a newer one, then linked; the log has who asked for one, and never a code", async () => {
    const client = await operator();
    const { channels } = client.agents;
    expect((await client.agents.config("acme", "bot")).channels.map(({ id, login }) => [id, login])).toEqual([
      ["telegram", null],
      ["whatsapp", { menu: "Linked devices", seconds: 180 }],
    ]);
    const begun = await channels.login("acme", "bot", "whatsapp");
    expect(begun).toEqual({
      state: "code",
      qr: codes[0],
      message: "open WhatsApp on the phone, choose Linked devices, and point it at the code",
      lastsSeconds: 180,
    });
    const again = channels.awaitLogin("acme", "bot", "whatsapp", { qr: begun.qr ?? "" });
    await once(1, channel.tire);
    expect(await again).toMatchObject({ state: "waiting", qr: null });
    const newer = channels.awaitLogin("acme", "bot", "whatsapp", { qr: begun.qr ?? "" });
    await once(1, channel.turn);
    expect(await newer).toMatchObject({ state: "code", qr: codes[1] });
    const done = channels.awaitLogin("acme", "bot", "whatsapp", { qr: codes[1] as string });
    await once(1, channel.scan);
    expect(await done).toMatchObject({ state: "linked", qr: null, message: "WhatsApp is linked" });
    expect(await channels.login("acme", "bot", "whatsapp")).toMatchObject({
      state: "linked",
      message: "WhatsApp is linked as +15550001111",
    });
    const events = await vi.waitFor(async () => {
      const all = await rig.admin.events.list({ tenant: "acme", pod: "bot", limit: 200 });
      expect(all.filter(({ type }) => type === "agent.channel_login")).toHaveLength(2);
      return all;
    }, eventually);
    expect(events.filter(({ type }) => type.startsWith("agent.channel_")).map(({ type, data }) => [type, data])).toEqual(
      expect.arrayContaining([
        ["agent.channel_login", { channel: "whatsapp", force: false, state: "code" }],
        ["agent.channel_linked", { channel: "whatsapp" }],
        ["agent.channel_login", { channel: "whatsapp", force: false, state: "linked" }],
      ]),
    );
    expect(JSON.stringify([events, rig.logged])).not.toMatch(/iVBOR|\+1555/);
  });

  it("linked anew only where that is asked for", async () => {
    await login();
    const done = wait({ qr: codes[0] });
    await once(1, channel.scan);
    await done;
    expect(await login()).toMatchObject({ state: "linked" });
    expect(await login({ force: true })).toMatchObject({ state: "code", qr: codes[0] });
    expect(channel.seen.starts.map(({ force }) => force)).toEqual([false, false, true]);
  });

  it("two who begin at once get the same code, one after the other; both are told that it is done, whoever heard it first", async () => {
    const held = Promise.withResolvers<void>();
    channel.gate = held.promise;
    const [one, other] = [login(), login()];
    await vi.waitFor(() => expect(channel.seen.starts).toHaveLength(1), eventually);
    held.resolve();
    expect((await Promise.all([one, other])).map(({ qr }) => qr)).toEqual([codes[0], codes[0]]);
    expect(channel.seen.starts).toHaveLength(2);
    const waits = [wait({ qr: codes[0] }), wait({ qr: codes[0] })];
    await once(2, channel.scan);
    expect((await Promise.all(waits)).map(({ state }) => state)).toEqual(["linked", "linked"]);
    // The agent knows of no login any more, and that the channel is linked.
    expect(await wait({ qr: codes[0] })).toMatchObject({ state: "linked" });
  });

  it.each([
    ["WhatsApp login failed: WebSocket Error (getaddrinfo ENOTFOUND web.whatsapp.com)", /^the agent cannot reach WhatsApp; see whether/],
    ["Failed to start WhatsApp login: the disk is full", /^the agent could not link WhatsApp: Failed to start/],
  ])("%s: no code, and why in words, also in the log", async (said, message) => {
    channel.refuses = said;
    await expect(login()).rejects.toMatchObject({ code: "unavailable", message: expect.stringMatching(message) });
    await vi.waitFor(async () => {
      const events = await rig.admin.events.list({ tenant: "acme", pod: "bot", limit: 200 });
      const failed = events.filter(({ type, result }) => type === "agent.channel_login" && result === "failed");
      expect(failed.length).toBeGreaterThan(0);
    }, eventually);
  });

  it("one that ends while somebody waits says so; one that was never begun, too", async () => {
    await login();
    const ended = wait({ qr: codes[0] });
    await once(1, () => channel.fail("The login QR expired. Ask me to generate a new one."));
    expect(await ended).toMatchObject({ state: "over", qr: null, message: "the code has expired; ask for a new one" });
    expect(await wait()).toMatchObject({ state: "over", message: "no login is under way; begin one" });
  });

  it("an agent that gives something else than a picture, fails, or has not loaded the channel is not passed on", async () => {
    const { settings: agent } = agents.get("bot") as ReturnType<typeof agentHandlers>;
    onTestFinished(() => {
      agent.rpc = channel.rpc();
    });
    const answers = async (answer: unknown) => {
      agent.rpc = { "web.login.start": answer };
      return login().catch((error) => [error.code, error.message]);
    };
    for (const qrDataUrl of ["javascript:alert(1)", "data:text/html,<script>", `${codes[0]}<`, `${codes[0]}${"A".repeat(20_000)}`])
      expect(await answers({ qrDataUrl, message: "Scan" })).toEqual([
        "unavailable",
        "the agent gave no code for WhatsApp that can be shown; look at its log",
      ]);
    const { gatewayToken } = await rig.deps.database.asSystem(async (store) =>
      store.secrets.reveal((await store.pods.get("acme", "bot")).id),
    );
    const refuse = (message: string) => () => {
      throw new Error(message);
    };
    expect(await answers(refuse(`Error: no disk ${gatewayToken}`))).toEqual([
      "unavailable",
      "the agent could not link WhatsApp: Error: no disk [secret gatewayToken]",
    ]);
    expect(await answers(refuse("web login provider is not available"))).toEqual([
      "unavailable",
      "the agent has no WhatsApp yet: wait until its configuration is in place, then try again",
    ]);
    expect(await answers(undefined)).toEqual(["unavailable", "the agent could not link WhatsApp: it answered 400"]);
  });

  it("who hangs up ends the wait, and is not written down as a failure", async () => {
    const before = (await linkEvents()).length;
    await login();
    const gone = new AbortController();
    const mine = rig.admin.agents.channels.awaitLogin("acme", "bot", "whatsapp", { qr: codes[0] as string }, gone.signal);
    await once(1, () => gone.abort());
    await expect(mine).rejects.toThrow();
    // What is asked afterwards is answered as ever.
    const after = wait({ qr: codes[0] });
    await vi.waitFor(() => expect(channel.seen.waits).toHaveLength(2), eventually);
    channel.scan();
    expect(await after).toMatchObject({ state: "linked" });
    await vi.waitFor(async () => {
      const after = (await linkEvents()).map(({ result }) => result);
      expect(after.length).toBeGreaterThan(before);
      expect(new Set(after)).toEqual(new Set(["ok"]));
    }, eventually);
  });

  it("is refused where it makes no sense, with what to do instead, and reaches no agent", async () => {
    const refusal = async (pod: string, id: string, body = {}) =>
      rig.admin.agents.channels.login("acme", pod, id, body).catch(({ code, message, issues }) => ({ code, message, issues }));
    await rig.admin.pods.create("acme", { name: "quiet", template: "helper" });
    await rig.admin.pods.create("acme", { name: "off", template: "helper", inputs: on });
    await rig.admin.pods.create("acme", { name: "deaf", template: "deaf" });
    await rig.admin.pods.create("acme", { name: "plain", spec: { units: [{ name: "a", image: "a:1" }] } });
    await Promise.all(["quiet", "off", "deaf"].map(running));
    await rig.admin.pods.stop("acme", "off");
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "off")).phase).toBe("stopped"), eventually);
    expect(await refusal("quiet", "whatsapp")).toMatchObject({
      code: "conflict",
      message: "WhatsApp is switched off in the configuration of acme/quiet: switch it on, then link it",
    });
    expect(await refusal("off", "whatsapp")).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/is not running; see its status$/),
    });
    expect(await refusal("deaf", "whatsapp")).toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/has no WhatsApp: add whatsapp to its/),
    });
    expect(await refusal("plain", "whatsapp")).toMatchObject({ code: "invalid", message: "acme/plain is made from no agent package." });
    expect(await refusal("bot", "telegram")).toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/^Telegram needs no code: /),
    });
    expect(await refusal("bot", "whatsap")).toMatchObject({ code: "not_found", issues: [{ path: "channel", nearest: "whatsapp" }] });
    expect(await refusal("bot", "whatsapp", { account: "work" })).toMatchObject({
      code: "invalid",
      message: "WhatsApp has no account work in the configuration",
      issues: [{ path: "account", expected: "one of default" }],
    });
    for (const body of [{ force: "yes" }, { account: "a b" }, { other: 1 }])
      expect(await refusal("bot", "whatsapp", body)).toMatchObject({ code: "invalid" });
    for (const qr of ["x", `${codes[0]}"`, "data:image/svg+xml;base64,AAAA"])
      await expect(wait({ qr })).rejects.toMatchObject({ code: "invalid" });
    expect([channel.seen.starts, channel.seen.waits]).toEqual([[], []]);
  });

  it("an account of several is told to the agent by its name", async () => {
    const accounts = { channels: { whatsapp: { accounts: { work: {}, home: {} } } } };
    await rig.admin.pods.create("acme", { name: "two", template: "helper", inputs: settings(accounts) });
    await running("two");
    const client = await operator();
    expect(await client.agents.channels.login("acme", "two", "whatsapp", { account: "work" })).toMatchObject({ state: "code" });
    expect(channel.seen.starts).toMatchObject([{ channel: "whatsapp", accountId: "work" }]);
  });

  it("other tenants find no such pod, viewers may not, and neither reaches the agent", async () => {
    for (const [tenant, permissions, code] of [
      ["bolts", roles.admin, "not_found"],
      ["acme", roles.viewer, "forbidden"],
    ] as const) {
      const { channels } = rig.client(await rig.token(tenant, permissions)).agents;
      await expect(channels.login("acme", "bot", "whatsapp")).rejects.toMatchObject({ code });
      await expect(channels.awaitLogin("acme", "bot", "whatsapp")).rejects.toMatchObject({ code });
    }
    expect([channel.seen.starts, channel.seen.waits]).toEqual([[], []]);
  });

  describe("by command", () => {
    const command = (...args: string[]) =>
      runAgentpod(["pod", "channels", "login", "acme/bot", ...args], {
        env: { AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken, AGENTPOD_HOME: join(tmpdir(), "agentpod-nowhere") },
        cwd: tmpdir(),
      });

    it("prints the code as text, each newer one, and that it is linked; and writes the picture where it is asked to", async () => {
      const folder = await mkdtemp(join(tmpdir(), "agentpod-code-"));
      onTestFinished(() => rm(folder, { recursive: true }));
      const ran = command("whatsapp", "--png", join(folder, "code.png"));
      await once(1, channel.turn);
      await vi.waitFor(() => expect(channel.seen.waits).toHaveLength(2), eventually);
      await once(1, channel.scan);
      const { code, stdout } = await ran;
      expect(code).toBe(0);
      expect(stdout.match(/point it at the code/g)).toHaveLength(2);
      const rows = stdout.split("\n").filter((line) => /^[█▀▄ ]{40,}$/.test(line));
      expect(rows.length).toBeGreaterThan(40);
      expect(stdout.trimEnd().split("\n").at(-1)).toBe("WhatsApp is linked.");
      expect(`data:image/png;base64,${(await readFile(join(folder, "code.png"))).toString("base64")}`).toBe(codes[1]);
    });

    it("as JSON, a line for each step; a failure has its sentence and exit code", async () => {
      const ran = command("whatsapp", "-o", "json");
      await once(1, channel.scan);
      const lines = (await ran).stdout.trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).state)).toEqual(["code", "linked"]);
      channel.reset();
      const ended = command("whatsapp");
      await once(1, () => channel.fail("The login QR expired. Ask me to generate a new one."));
      expect(await ended).toMatchObject({ code: 8, stderr: expect.stringContaining("the code has expired; ask for a new one") });
      expect(await command("telegram")).toMatchObject({ code: 2, stderr: expect.stringContaining("Telegram needs no code") });
    });
  });
});
