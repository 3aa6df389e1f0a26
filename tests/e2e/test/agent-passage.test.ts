import type { PodView } from "@agentpod/core/api/pod-view";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Approach, approach, newDevice, type Reception } from "../src/agent-client.ts";
import { docker, engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { trustOfBuilds } from "../src/trust-of-builds.ts";

const pod = "acme/agent";
const minutes = 60_000;

describe.skipIf(!engineAnswers())("A14 to a real agent through AgentPod's gateway", { timeout: 15 * minutes }, () => {
  let plane: Installation;
  let token: string;
  const open: Reception[] = [];
  const origin = () => `http://agent-acme.localhost:${plane.port}`;

  /** As from the outside: through the front door, to the pod's own name. */
  const come = async (how: Omit<Approach, "url">): Promise<Reception> => {
    const headers = { host: `agent-acme.localhost:${plane.port}`, ...how.headers };
    const reception = await approach({ ...how, url: `ws://127.0.0.1:${plane.port}/`, headers });
    open.push(reception);
    return reception;
  };
  const post = async (path: string, headers: Record<string, string>) => {
    const answer = await request(`http://127.0.0.1:${plane.port}${path}`, {
      method: "POST",
      headers: { host: `agent-acme.localhost:${plane.port}`, "content-type": "application/json", ...headers },
      body: JSON.stringify({ method: "health", params: {} }),
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
  /** As AgentPod comes: to the agent's own port, which the engine has on loopback. */
  const inside = async (path: string, headers: Record<string, string>) => {
    const container = docker("ps", "-q", "--no-trunc", "--filter", `label=agentpod.installation=${plane.id()}`);
    const address = docker("port", container, "18789/tcp").split("\n")[0];
    const body = JSON.stringify({ method: "health", params: {} });
    const answer = await request(`http://${address}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
      body,
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  };

  beforeAll(async () => {
    plane = await makeInstallation("docker", trustOfBuilds());
    await plane.start();
    await plane.json("tenant", "create", "acme");
    const up = await plane.json<PodView & { handOver: { link: string } }>(
      ...["pod", "create", pod, "--package", "hello-agent", "--wait", "--timeout", "900"],
    );
    expect(up).toMatchObject({ phase: "running", health: "healthy", handOver: { link: expect.stringContaining("/hand-over#aph_") } });
    token = (await plane.json<{ value: string }>("pod", "token", "reveal", pod)).value;
  }, 16 * minutes);
  afterAll(async () => {
    for (const one of open) one.close();
    await plane?.destroy();
  }, 3 * minutes);

  it("its page is served at the pod's own address", async () => {
    const { status, body } = await plane.get("agent-acme.localhost");
    expect([status, body]).toEqual([200, expect.stringMatching(/<!doctype html>/i)]);
  });

  it("whoever has the token and no known device may ask how it does, and nothing else", async () => {
    const reception = await come({ token });
    expect([reception.ok, reception.scopes]).toEqual([true, []]);
    expect(await reception.ask("health")).toMatchObject({ ok: true, payload: { ok: true } });
    expect(await reception.ask("config.get")).toMatchObject({ ok: false });
  });

  it.each<[string, () => Omit<Approach, "url">]>([
    ["without a token", () => ({})],
    ["with a wrong one", () => ({ token: "wrong-wrong-wrong-wrong" })],
    ["with a made up credential", () => ({ bootstrapToken: "made-up-made-up-made-up", device: newDevice(), isPage: true })],
  ])("a stranger %s is refused", async (_, how) => {
    const reception = await come({ ...how(), headers: { origin: origin() } });
    expect(reception.ok).toBe(false);
    expect(reception.code).toMatch(/^AUTH|BOOTSTRAP|TOKEN|DEVICE_IDENTITY/);
  });

  it.each(["http://evil.example", "null", "http://localhost:18789"])(
    "its page in another origin, %s, is refused, even with the token",
    async (other) => {
      const reception = await come({ token, device: newDevice(), isPage: true, headers: { origin: other } });
      expect(reception).toMatchObject({ ok: false, code: "CONTROL_UI_ORIGIN_NOT_ALLOWED" });
    },
  );

  it.each<[string, Record<string, string>]>([
    ["as it is", {}],
    ["with the word of a proxy", { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", forwarded: "for=127.0.0.1" }],
    ["with the word of another", { "x-forwarded-for": "::1", "x-forwarded-host": "localhost" }],
  ])("nobody is local who says so (%s): an unknown device is not let in by itself", async (_, headers) => {
    const reception = await come({ token, device: newDevice(), headers, scopes: ["operator.admin"] });
    expect(reception).toMatchObject({ ok: false, code: expect.stringMatching(/PAIRING_REQUIRED|NOT_PAIRED/) });
  });

  it.each([
    "/api/v1/admin/rpc",
    "/api/v1/admin/hand-over",
    "/tools/invoke",
    "//api/v1/admin/rpc",
    "/API/v1/admin/rpc",
    "/api/v1/%61dmin/rpc",
    "/x/../api/v1/admin/rpc",
  ])("%s, which gives full power, is not there for the world, the token notwithstanding", async (path) => {
    const { status, body } = await post(path, { authorization: `Bearer ${token}` });
    expect(status).toBe(404);
    expect(body).not.toContain('"channels"');
  });

  it("on its own port it is: for whoever has the token and comes by the exact proxy", async () => {
    expect(await inside("/api/v1/admin/rpc", { "x-forwarded-for": "192.0.2.2" })).toMatchObject({
      status: 200,
      body: expect.stringContaining('"ok":true'),
    });
    expect((await inside("/api/v1/admin/rpc", { "x-forwarded-for": "192.0.2.2", authorization: "Bearer wrong" })).status).toBe(401);
    expect((await inside("/api/v1/admin/rpc", { "x-forwarded-for": "127.0.0.1" })).status).toBe(403);
  });

  it("A12 a rotated token closes the door to the old one", async () => {
    await plane.json("pod", "token", "rotate", pod, "--wait", "--timeout", "300");
    const next = (await plane.json<{ value: string }>("pod", "token", "reveal", pod)).value;
    expect(next).not.toBe(token);
    expect((await come({ token })).ok).toBe(false);
    expect((await come({ token: next })).ok).toBe(true);
    token = next;
  });
});
