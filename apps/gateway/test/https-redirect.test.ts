import { once } from "node:events";
import { BlockList } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { readLogQuery } from "../src/log/log-query.ts";
import { ask } from "./ask.ts";
import { afterTest, host, httpUpstream, openRaw, rawRequest, readUntil, route, text } from "./rig.ts";
import { askH2, askTls, certificate, openH2, startTlsRig } from "./tls-rig.ts";

const policies = (https: "auto" | "redirect" | "both") => ({ https, compress: false, retries: 0, idleTimeoutSeconds: 0 });
const upstream = () => httpUpstream("u", text("pod"));

describe("P7 from HTTP to HTTPS", () => {
  it.each([
    ["auto", true, 308],
    ["auto", false, 200],
    ["redirect", false, 308],
    ["both", true, 200],
  ] as const)("policy %s, certificate public: %s: %i", async (https, isPublic, status) => {
    const rig = await startTlsRig();
    await rig.serve(route({ upstreams: [await upstream()], policies: policies(https) }));
    expect((await ask(rig.port)).status).toBe(200);
    await rig.certify(await certificate("one", [host], { isPublic }));
    const answer = await ask(rig.port, { path: "/a/b?c=d%20e", headers: { host: `${host}:8080` } });
    expect(answer.status).toBe(status);
    expect(answer.headers.location).toBe(status === 308 ? `https://${host}:${rig.tlsPort}/a/b?c=d%20e` : undefined);
    expect((await askTls(rig.tlsPort)).body).toBe("pod");
  });

  it("the port is the one of AGENTPOD_URL where that says HTTPS; 443 is not said", async () => {
    const location = async (publicHttpsPort: number) => {
      const rig = await startTlsRig({ publicHttpsPort });
      await rig.certify(await certificate("one"));
      await rig.serve(route({ upstreams: [await upstream()] }));
      return (await ask(rig.port, { method: "POST", body: "x" })).headers.location;
    };
    expect(await location(443)).toBe(`https://${host}/`);
    expect(await location(8443)).toBe(`https://${host}:8443/`);
  });

  it("a trusted proxy whose client is at HTTPS is not sent there, another's word for it does not count", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet("127.0.0.0", 8, "ipv4");
    const status = async (change: object, proto: string) => {
      const rig = await startTlsRig(change);
      await rig.certify(await certificate("one"));
      await rig.serve(route({ upstreams: [await upstream()] }));
      return (await ask(rig.port, { headers: { "x-forwarded-proto": proto } })).status;
    };
    expect(await status({ trustedProxies }, "https")).toBe(200);
    expect(await status({ trustedProxies }, "http")).toBe(308);
    expect(await status({}, "https")).toBe(308);
  });

  it("AgentPod's own hosts go by `auto`; a connection that is kept serves the next request", async () => {
    const rig = await startTlsRig({ frontHosts: ["console.example.com"] });
    await rig.certify(await certificate("one", ["console.example.com"]));
    const socket = await openRaw(rig.port);
    const head = "GET /x HTTP/1.1\r\nHost: console.example.com\r\n\r\n";
    socket.write(head);
    expect(await readUntil(socket, "\r\n\r\n")).toMatch(/^HTTP\/1\.1 308 .*location: https:\/\/console\.example\.com:\d+\/x\r\n/s);
    socket.write(head);
    expect(await readUntil(socket, "\r\n\r\n")).toMatch(/^HTTP\/1\.1 308 /);
    expect((await ask(rig.port, { headers: { host: "localhost" } })).status).toBe(503);
  });

  it("a body behind a redirect is not taken for the next request", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    await rig.serve(route({ upstreams: [await upstream()] }));
    const smuggled = `GET /smuggled HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const answer = await rawRequest(rig.port, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it("a route's own port stays plain", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one", [host, "127.0.0.1"]));
    const { freePort } = await import("@agentpod/host/free-port");
    const publicPort = await freePort();
    await rig.serve(route({ upstreams: [await upstream()], publicPort, policies: policies("redirect") }));
    expect((await ask(publicPort)).body).toBe("pod");
    expect((await ask(rig.port)).status).toBe(308);
  });

  it("a WebSocket in clear text fails, and a client that follows gets to the encrypted one", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one", [host, "127.0.0.1"]));
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    afterTest(() => server.close());
    await once(server, "listening");
    server.on("connection", (socket, request) => socket.send(String(request.headers["x-forwarded-proto"])));
    const address = { kind: "tcp" as const, host: "127.0.0.1", port: (server.address() as { port: number }).port };
    await rig.serve(route({ hosts: [host, "127.0.0.1"], upstreams: [{ id: "u", address }] }));
    const plain = new WebSocket(`ws://127.0.0.1:${rig.port}/`);
    const [failed] = await once(plain, "error");
    expect(failed.message).toContain("308");
    const following = new WebSocket(`ws://127.0.0.1:${rig.port}/`, { followRedirects: true, rejectUnauthorized: false });
    afterTest(() => following.terminate());
    const [said] = await once(following, "message");
    expect(String(said)).toBe("https");
  });
});

describe("P7 HSTS", () => {
  it("is said on HTTPS answers alone, pages too, in place of the upstream's own; a trusted proxy's HTTPS counts", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet("127.0.0.0", 8, "ipv4");
    const own = await httpUpstream("u", (_request, response) => {
      response.setHeader("Strict-Transport-Security", "max-age=1");
      response.end("pod");
    });
    const hsts = { maxAgeSeconds: 600, includeSubDomains: true, preload: false };
    const routes = [
      route({ upstreams: [own], policies: { ...policies("both"), hsts } }),
      route({ id: "r2", path: "/stopped", state: "stopped", policies: { ...policies("both"), hsts } }),
    ];
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    await rig.serve(...routes);
    const name = "strict-transport-security";
    const value = "max-age=600; includeSubDomains";
    expect((await askTls(rig.tlsPort)).headers[name]).toBe(value);
    expect((await askH2(await openH2(rig.tlsPort))).headers[name]).toBe(value);
    expect((await askTls(rig.tlsPort, { path: "/stopped" })).headers[name]).toBe(value);
    expect((await ask(rig.port, { path: "/stopped" })).headers[name]).toBeUndefined();
    expect((await ask(rig.port, { headers: { "x-forwarded-proto": "https" } })).headers[name]).toBe("max-age=1");
    const proxied = await startTlsRig({ trustedProxies });
    await proxied.serve(...routes);
    expect((await ask(proxied.port, { headers: { "x-forwarded-proto": "https" } })).headers[name]).toBe(value);
  });
});

describe("P7 what upstreams and the log are told of HTTPS", () => {
  it("scheme and port, over HTTP/1.1 and HTTP/2, and the protocol", async () => {
    const rig = await startTlsRig();
    await rig.certify(await certificate("one"));
    const mirror = await httpUpstream("u", (request, response) => response.end(JSON.stringify(request.headers)));
    await rig.serve(route({ upstreams: [mirror] }));
    const forged = { "x-forwarded-proto": "http", "x-forwarded-port": "1" };
    expect(JSON.parse((await askTls(rig.tlsPort, { headers: forged })).body)).toMatchObject({
      "x-forwarded-proto": "https",
      "x-forwarded-port": "443",
    });
    const session = await openH2(rig.tlsPort);
    const seen = JSON.parse((await askH2(session, { ":authority": `${host}:${rig.tlsPort}`, ...forged })).body);
    expect(seen).toMatchObject({ host: `${host}:${rig.tlsPort}`, "x-forwarded-proto": "https", "x-forwarded-port": String(rig.tlsPort) });
    const lines: string[] = [];
    await expect
      .poll(async () => {
        lines.splice(0, lines.length, ...(await rig.gateway.log.search(readLogQuery(new URLSearchParams()))));
        return lines.map((line) => JSON.parse(line).protocol);
      })
      .toEqual(["https/1.1", "https/2"]);
  });
});
