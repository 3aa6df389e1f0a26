import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RouteRow } from "@agentpod/core/store";
import { parseSettings } from "@agentpod/host/settings";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { checkOrigin } from "../src/auth/check-origin.ts";
import { serveApp } from "../src/serve-app.ts";
import { addressesOf, publicUrlOf, reservedHosts } from "../src/setup/addresses.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

const routeAt = (hosts: string[], publicPort: number | null = null, path = "/"): RouteRow => ({ hosts, publicPort, path }) as RouteRow;
const none = { AGENTPOD_ACME_DIRECTORY: "none" };
const urls = (env: Record<string, string>, hosts: string[], publicPort: number | null = null, path = "/"): string[] =>
  addressesOf(parseSettings({ ...none, ...env }), [routeAt(hosts, publicPort, path)]);

describe("P21 addresses that are handed out", () => {
  it("behind a foreign TLS proxy they have its scheme and port", () => {
    const env = { AGENTPOD_URL: "https://panel.example.com", AGENTPOD_BASE_DOMAIN: "apps.example.com", AGENTPOD_PORT: "3000" };
    expect(urls(env, ["web-acme.apps.example.com", "web-acme.localhost"], 31_001, "/app")).toEqual([
      "https://web-acme.apps.example.com/app",
      "http://web-acme.localhost:3000/app",
      "http://panel.example.com:31001/app",
    ]);
    expect(urls({ ...env, AGENTPOD_URL: "https://panel.example.com:8443" }, ["shop.example.org"])).toEqual([
      "https://shop.example.org:8443",
    ]);
  });

  it("a wildcard-address name is a base domain like any other", () => {
    for (const base of ["203-0-113-7.sslip.io", "203.0.113.7.nip.io"]) {
      const settings = parseSettings({ ...none, AGENTPOD_BASE_DOMAIN: base, AGENTPOD_URL: "http://203.0.113.7:3000" });
      expect(settings.baseDomains).toEqual([base, "localhost"]);
      expect(addressesOf(settings, [routeAt([`web-acme.${base}`], 31_001)])).toEqual([
        `http://web-acme.${base}:3000`,
        "http://203.0.113.7:31001",
      ]);
    }
  });

  it("HTTPS is named beside HTTP where AgentPod gets certificates itself, and its port where it is not 443", () => {
    const env = { AGENTPOD_ACME_DIRECTORY: "https://acme.example/dir", AGENTPOD_URL: "http://panel.example.com", AGENTPOD_PORT: "80" };
    expect(urls(env, ["shop.example.com"])).toEqual(["http://shop.example.com", "https://shop.example.com"]);
    expect(urls({ ...env, AGENTPOD_HTTPS_PORT: "8443" }, ["shop.example.com"])).toContain("https://shop.example.com:8443");
    expect(urls(env, ["web.lan"])).toEqual(["http://web.lan"]);
  });

  it("IPv6 and wildcards make no broken URLs", () => {
    const env = { AGENTPOD_URL: "http://[2001:db8::1]:3000" };
    expect(urls(env, ["*.shop.example.com", "web-acme.localhost"], 31_001)).toEqual([
      "http://web-acme.localhost:3000",
      "http://[2001:db8::1]:31001",
    ]);
    for (const url of urls(env, ["web-acme.localhost"], 31_001)) expect(URL.canParse(url)).toBe(true);
    expect(reservedHosts(parseSettings({ AGENTPOD_URL: "https://Panel.Example.com/" }))).toEqual(["localhost", "panel.example.com"]);
    expect(publicUrlOf(parseSettings({ AGENTPOD_URL: "https://panel.example.com/" }))).toBe("https://panel.example.com");
  });

  it("base domains are names: case, a last dot and letters beyond ASCII are seen to, addresses and wildcards refused", () => {
    expect(parseSettings({ AGENTPOD_BASE_DOMAIN: "Apps.Example.COM., bücher.example" }).baseDomains).toEqual([
      "apps.example.com",
      "xn--bcher-kva.example",
      "localhost",
    ]);
    for (const wrong of ["203.0.113.7", "*.example.com", "a..b", "http://x.example", "x.example:80", "-", "::1"])
      expect(() => parseSettings({ AGENTPOD_BASE_DOMAIN: wrong }), wrong).toThrow("AGENTPOD_BASE_DOMAIN");
  });
});

describe("P21 whose pages may open a WebSocket", () => {
  const allowed = (origin: string, host: string, url: string): boolean => {
    try {
      checkOrigin(origin, host, url);
      return true;
    } catch {
      return false;
    }
  };

  it("its own under the public address, whatever Host the proxy in front sends on", () => {
    expect(allowed("https://panel.example.com", "127.0.0.1:3000", "https://panel.example.com")).toBe(true);
    expect(allowed("https://panel.example.com", "panel.example.com", "https://panel.example.com")).toBe(true);
  });

  it("its own after the redirect to HTTPS, though the public address was set without", () => {
    expect(allowed("https://panel.example.com", "panel.example.com", "http://panel.example.com")).toBe(true);
    expect(allowed("https://panel.example.com:3443", "panel.example.com:3443", "http://panel.example.com:3000")).toBe(true);
  });

  it("its own at this machine's addresses, where no public address is set", () => {
    for (const host of ["192.168.1.5:3000", "localhost:3000", "127.0.0.1:3000", "[fd00::5]:3000"])
      expect(allowed(`http://${host}`, host, "http://localhost:3000"), host).toBe(true);
  });

  it("no stranger's: another port, a pod's name, a name turned to our address, odd schemes", () => {
    const url = "https://panel.example.com";
    for (const [origin, host] of [
      ["https://panel.example.com:31001", "panel.example.com"],
      ["http://192.168.1.5:31001", "192.168.1.5:3000"],
      ["https://web-acme.apps.example.com", "panel.example.com"],
      ["https://web-acme.apps.example.com", "web-acme.apps.example.com"],
      ["http://rebound.evil.example:3000", "rebound.evil.example:3000"],
      ["https://panel.example.com.evil.example", "panel.example.com"],
      ["https://panel.example.com@evil.example", "panel.example.com"],
      ["https://panel.example.com/", "panel.example.com"],
      ["file://", "localhost"],
      ["null", "localhost"],
      ["", "localhost"],
    ] as const)
      expect(allowed(origin, host, url), `${origin} at ${host}`).toBe(false);
  });
});

describe("P21 who asked, as the audit trail has it", () => {
  let rig: ApiRig;
  let folder: string;
  const closing: (() => void)[] = [];

  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"));
    folder = await mkdtemp(join(tmpdir(), "agentpod-socket-"));
  });
  afterAll(async () => {
    for (const close of closing) close();
    await rig?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("is the client that the gateway saw past trusted proxies, never what a client put in front of the chain", async () => {
    const server = serveApp(rig.app);
    const socketPath = join(folder, "server.sock");
    server.listen(socketPath);
    await once(server, "listening");
    closing.push(() => server.close());
    const body = JSON.stringify({ name: "acme" });
    const headers = {
      host: "panel.example.com",
      authorization: `Bearer ${rig.adminToken}`,
      "content-type": "application/json",
      "content-length": String(body.length),
      // As the gateway sends them: the client claimed 6.6.6.6, a trusted proxy at 10.1.1.1 saw 192.0.2.9.
      "x-forwarded-for": "6.6.6.6, 192.0.2.9, 10.1.1.1",
      "x-real-ip": "192.0.2.9",
    };
    const asked = request({ socketPath, path: "/api/v1/tenants", method: "POST", headers, agent: false }).end(body);
    const [response] = await once(asked, "response");
    response.resume();
    expect(response.statusCode).toBe(201);
    const [event] = (await rig.deps.database.asSystem((store) => store.events.latest({}, 10))).filter(
      ({ type }) => type === "tenant.created",
    );
    expect(event?.source).toBe("192.0.2.9");
  });
});
