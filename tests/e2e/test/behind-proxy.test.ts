import { once } from "node:events";
import { type IncomingMessage, request as plain } from "node:http";
import { request as secure } from "node:https";
import { text } from "node:stream/consumers";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import { readCredentials } from "@agentpod/host/credentials";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { nodePod } from "../src/node-unit.ts";
import { hasTlsProxy, startTlsProxy } from "../src/tls-proxy.ts";

/** Answers with the headers of the request. */
const mirror = `
require("node:http").createServer((request, response) => response.end(JSON.stringify(request.headers)))
  .listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;

// Clients of several loopback addresses, which Linux has without being told.
describe.skipIf(!hasTlsProxy || process.platform !== "linux")("P21 behind a foreign TLS proxy (nginx is needed)", () => {
  let plane: Installation;
  let proxy: Awaited<ReturnType<typeof startTlsProxy>>;
  const host = "web-acme.apps.example.com";
  const claims = { "x-forwarded-for": "6.6.6.6", "x-forwarded-proto": "gopher", "x-real-ip": "6.6.6.6" };

  beforeAll(async () => {
    plane = await makeInstallation("process", {
      AGENTPOD_URL: "https://panel.example.com",
      AGENTPOD_BASE_DOMAIN: "apps.example.com",
      AGENTPOD_TRUSTED_PROXIES: "127.0.0.1",
      AGENTPOD_ACME_DIRECTORY: "none",
      AGENTPOD_DNS_SERVERS: "127.0.0.1:9",
    });
    await plane.start();
    proxy = await startTlsProxy(plane.port);
    await plane.cli("tenant", "create", "acme");
    expect(await plane.cli("pod", "create", "acme/web", "--spec", await plane.specFile(nodePod(mirror)), "--wait")).toMatchObject({
      code: 0,
    });
  });
  afterAll(async () => {
    await proxy?.stop();
    await plane?.destroy();
  });

  interface Asked {
    path?: string;
    method?: string;
    body?: string;
    headers?: Record<string, string>;
  }
  const answerOf = async (sent: ReturnType<typeof plain>, body?: string) => {
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode, location: response.headers.location, body: await text(response) };
  };
  const shared = (asked: Asked, name: string) => ({
    path: asked.path ?? "/",
    method: asked.method ?? "GET",
    agent: false,
    headers: { host: name, ...asked.headers },
  });
  /** As a browser at 127.0.0.2 whose name leads to the proxy. */
  const throughProxy = (name: string, asked: Asked = {}) =>
    answerOf(
      secure({ host: "127.0.0.1", port: proxy.port, localAddress: "127.0.0.2", rejectUnauthorized: false, ...shared(asked, name) }),
      asked.body,
    );
  /** As somebody at 127.0.0.2 who goes around the proxy. */
  const directly = (name: string, asked: Asked = {}) =>
    answerOf(plain({ host: "127.0.0.1", port: plane.port, localAddress: "127.0.0.2", ...shared(asked, name) }), asked.body);
  const authorization = () => {
    const token = readCredentials(plane.home.keys)?.token;
    return { authorization: `Bearer ${token}`, "content-type": "application/json" };
  };
  const sourceOf = async (tenant: string): Promise<string | null | undefined> =>
    (await plane.json<AgentPodEvent[]>("events")).find((event) => event.type === "tenant.created" && event.tenant === tenant)?.source;

  it("addresses that are printed lead through the proxy; the CLI on this machine needs neither it nor any DNS", async () => {
    expect(await plane.cliWith({ AGENTPOD_URL: "" }, "tenant", "list")).toMatchObject({ code: 0 });
    expect(await plane.cliWith({ AGENTPOD_URL: "https://other.example.com" }, "tenant", "list")).toMatchObject({ code: 3 });
    expect((await plane.cli("doctor")).stdout).toContain("panel.example.com of AGENTPOD_URL could not be looked up");
    expect(plane.output()).toContain("AgentPod is ready: https://panel.example.com");
    expect((await plane.json<PodView>("pod", "status", "acme/web")).addresses[0]).toBe(`https://${host}`);
  });

  it("a pod is told who asks and by what, as the proxy says; no redirect turns in a circle", async () => {
    const { status, body } = await throughProxy(host, { headers: claims });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ host, "x-forwarded-proto": "https", "x-forwarded-host": host, "x-real-ip": "127.0.0.2" });
  });

  it("who goes around the proxy is believed nothing", async () => {
    const { body } = await directly(host, { headers: { ...claims, "x-forwarded-proto": "https" } });
    expect(JSON.parse(body)).toMatchObject({ "x-forwarded-for": "127.0.0.2", "x-forwarded-proto": "http", "x-real-ip": "127.0.0.2" });
  });

  it("the audit trail has the client, by either way, and never what it claims", async () => {
    for (const [tenant, way] of [
      ["by-proxy", throughProxy],
      ["directly", directly],
    ] as const) {
      const headers = { ...authorization(), ...claims };
      const asked = { path: "/api/v1/tenants", method: "POST", headers, body: JSON.stringify({ name: tenant }) };
      expect((await way("panel.example.com", asked)).status).toBe(201);
      expect(await sourceOf(tenant)).toBe("127.0.0.2");
    }
  });

  it("a WebSocket is opened from AgentPod's own pages, and from no pod's", async () => {
    const open = async (origin: string): Promise<number> => {
      const url = `wss://127.0.0.1:${proxy.port}/api/v1/tenants/acme/pods/web/exec?unit=app`;
      const socket = new WebSocket(url, { origin, headers: { host: "panel.example.com", ...authorization() }, rejectUnauthorized: false });
      const status = await Promise.race([
        once(socket, "open").then(() => 101),
        once(socket, "unexpected-response").then(([, response]) => (response as IncomingMessage).statusCode ?? 0),
      ]);
      socket.on("error", () => undefined).terminate();
      return status;
    };
    expect(await open("https://panel.example.com")).toBe(101);
    for (const origin of [`https://${host}`, "http://panel.example.com:31001", "https://evil.example"])
      expect(await open(origin)).toBe(403);
  });
});
