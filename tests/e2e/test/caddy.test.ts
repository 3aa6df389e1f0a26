import type { GatewayView } from "@agentpod/core/api/gateway-view";
import { type CaddyProcess, startCaddy } from "@agentpod/gateways/testing/start-caddy";
import { freePort } from "@agentpod/host/free-port";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Installation, makeInstallation } from "../src/installation.ts";

describe("P7 Caddy in front of a whole AgentPod", () => {
  let plane: Installation;
  let caddy: CaddyProcess;
  let port: number;
  const host = "web-acme.localhost";
  const ask = async (at: number, path = "/") => {
    const { statusCode, body } = await request(`http://127.0.0.1:${at}${path}`, { headers: { host }, reset: true });
    return { status: statusCode, body: await body.text() };
  };

  beforeAll(async () => {
    plane = await makeInstallation("process");
    await plane.start();
    await plane.cli("tenant", "create", "acme");
    expect(await plane.cli("pod", "create", "acme/web", "--template", "hello", "--wait")).toMatchObject({ code: 0 });
    caddy = await startCaddy(plane.home.root);
    port = await freePort();
  });
  afterAll(async () => {
    await caddy?.kill();
    await plane?.destroy();
  });
  const use = (...more: string[]) => plane.cli("gateway", "use", ...more, "--yes");
  const useCaddy = () => use("caddy", "--admin", caddy.admin, "--http", `127.0.0.1:${port}`, "--https", "none");

  it("comes into use without a lost route, and serves new pods, old ones and AgentPod itself", async () => {
    expect(await useCaddy()).toMatchObject({ code: 0, stdout: expect.stringContaining("Clients come to caddy") });
    expect(await ask(port), caddy.output()).toEqual(await ask(plane.port));
    expect(await plane.cli("pod", "create", "acme/more", "--template", "hello", "--wait")).toMatchObject({ code: 0 });
    const { statusCode } = await request(`http://127.0.0.1:${port}/`, { headers: { host: "more-acme.localhost" }, reset: true });
    expect(statusCode).toBe(200);
    expect(await plane.json<GatewayView>("gateway", "status")).toMatchObject({
      inUse: { kind: "caddy" },
      isServing: true,
      httpsPort: null,
    });
    expect((await plane.cli("doctor")).stdout).toContain("behind caddy");
    expect((await plane.cli("gateway", "list")).stdout).toMatch(/caddy\s+in use/);
  });

  it("wakes a sleeping pod by a request through it", async () => {
    expect(await plane.cli("pod", "sleep", "acme/web", "--wait")).toMatchObject({ code: 0 });
    expect(await ask(port)).toMatchObject({ status: 200 });
  });

  it("lets who comes while the gateway behind it starts anew wait, not fail", async () => {
    plane.kill("gateway");
    expect(await ask(port)).toMatchObject({ status: 200 });
  });

  it("stays in use over a restart; a Caddy that lost its configuration is given it again", async () => {
    await plane.stop();
    await plane.start();
    expect(await plane.json<GatewayView>("gateway", "status")).toMatchObject({ inUse: { kind: "caddy" } });
    const empty = JSON.stringify({ admin: { listen: caddy.admin.slice("http://".length), config: { persist: false } } });
    await request(`${caddy.admin}/load`, { method: "POST", headers: { "content-type": "application/json" }, body: empty, reset: true });
    await plane.json("reconcile");
    await vi.waitFor(async () => expect(await ask(port)).toMatchObject({ status: 200 }), { timeout: 40_000, interval: 200 });
  });

  it("goes out of use without a trace; what cannot be used leaves the old in force", async () => {
    const before = await (await request(`${caddy.admin}/config/`, { reset: true })).body.json();
    expect(JSON.stringify(before)).toContain("agentpod");
    expect(await use("embedded")).toMatchObject({ code: 0 });
    expect(JSON.stringify(await (await request(`${caddy.admin}/config/`, { reset: true })).body.json())).not.toContain("agentpod");
    expect(await ask(plane.port)).toMatchObject({ status: 200 });
    await caddy.kill();
    const refused = await useCaddy();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("Start Caddy");
    expect(await plane.json<GatewayView>("gateway", "status")).toMatchObject({ inUse: { kind: "embedded" }, isServing: true });
  });
});
