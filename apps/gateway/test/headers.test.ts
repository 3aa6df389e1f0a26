import { BlockList } from "node:net";
import { routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, httpUpstream, openRaw, rawRequest, rawUpstream, readUntil, route, startRig } from "./rig.ts";

const mirror = (id = "u") =>
  httpUpstream(id, (request, response) =>
    response.end(JSON.stringify({ url: request.url, headers: request.headers, raw: request.rawHeaders })),
  );

async function mirrored(change: Parameters<typeof startRig>[0] = {}) {
  const rig = await startRig(change);
  await rig.serve(route({ upstreams: [await mirror()] }));
  const seen = async (headers: Record<string, string | string[]>) => JSON.parse((await ask(rig.port, { headers })).body);
  return { rig, seen };
}

describe("P7 P21 request headers", () => {
  it("forwarded headers come from the socket, not from strangers", async () => {
    const { seen } = await mirrored();
    const { headers } = await seen({
      host: `${host}:3000`,
      "x-forwarded-for": "6.6.6.6",
      "X-Forwarded-Proto": "https",
      "x-forwarded-host": "evil.example",
      "x-forwarded-port": "1",
      forwarded: "for=6.6.6.6",
      "x-real-ip": "6.6.6.6",
      "x-request-id": "mine",
    });
    expect(headers).toMatchObject({
      host: `${host}:3000`,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": `${host}:3000`,
      "x-forwarded-port": "3000",
      "x-real-ip": "127.0.0.1",
    });
    expect(headers.forwarded).toBeUndefined();
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
  });

  it("A14 a route can ask for the client alone, and for no loopback: what is local is trusted by some", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet("10.0.0.0", 8, "ipv4");
    const rig = await startRig({ trustedProxies });
    await rig.serve(route({ upstreams: [await mirror()], policies: routePolicies.parse({ forwardedFor: "client" }) }));
    const seen = async (headers: Record<string, string>) => JSON.parse((await ask(rig.port, { headers })).body).headers;
    const local = { "x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1" };
    expect(await seen({})).toMatchObject(local);
    // What a stranger says of itself counts for nothing, and makes nobody local.
    for (const claim of ["127.0.0.1", "::1", "203.0.113.9"])
      expect(await seen({ "x-forwarded-for": claim, "x-real-ip": claim, forwarded: `for=${claim}` })).toMatchObject(local);
    trustedProxies.addSubnet("127.0.0.0", 8, "ipv4");
    expect(await seen({ "x-forwarded-for": "203.0.113.9, 10.1.1.1" })).toMatchObject({
      "x-forwarded-for": "203.0.113.9",
      "x-real-ip": "203.0.113.9",
    });
    for (const claim of ["127.0.0.1", "127.9.9.9, 10.1.1.1", "::1", "::ffff:127.0.0.1"])
      expect(await seen({ "x-forwarded-for": claim })).toMatchObject(local);
  });

  it("a trusted proxy is believed, where it is well-formed", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addSubnet("127.0.0.0", 8, "ipv4");
    trustedProxies.addSubnet("10.0.0.0", 8, "ipv4");
    const { seen } = await mirrored({ trustedProxies });
    const { headers } = await seen({
      "x-forwarded-for": "6.6.6.6, 192.0.2.9, 10.1.1.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "shop.example",
      "x-forwarded-port": "443",
      "x-request-id": "edge-1",
    });
    expect(headers).toMatchObject({
      "x-forwarded-for": "6.6.6.6, 192.0.2.9, 10.1.1.1, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "shop.example",
      "x-forwarded-port": "443",
      "x-real-ip": "192.0.2.9",
      "x-request-id": "edge-1",
    });
    const odd = (await seen({ "x-forwarded-proto": "javascript", "x-forwarded-host": "a b", "x-request-id": "a b" })).headers;
    expect(odd).toMatchObject({ "x-forwarded-proto": "http", "x-forwarded-host": host });
    expect(odd["x-request-id"]).not.toBe("a b");
  });

  it("headers of this hop stay here, those named in Connection too", async () => {
    const { seen } = await mirrored();
    const { headers } = await seen({
      connection: "close, x-secret, X-Forwarded-For, host, cookie",
      "x-secret": "1",
      "keep-alive": "timeout=9",
      "proxy-authorization": "Basic x",
      "proxy-connection": "keep-alive",
      te: "trailers",
      upgrade: "h2c",
      cookie: "a=1",
      authorization: "Bearer stays",
    });
    for (const name of ["x-secret", "keep-alive", "proxy-authorization", "proxy-connection", "te", "upgrade", "cookie"])
      expect(headers[name], name).toBeUndefined();
    expect(headers).toMatchObject({ host, authorization: "Bearer stays", "x-forwarded-for": "127.0.0.1" });
  });

  it("AgentPod's cookies do not reach pods, others do", async () => {
    const { seen } = await mirrored();
    const cookie = async (value: string) => (await seen({ cookie: value })).headers.cookie;
    expect(await cookie("a=1; agentpod_session=s; b=2")).toBe("a=1; b=2");
    expect(await cookie("agentpod=s")).toBeUndefined();
    expect(await cookie("__Secure-agentpod.session=s; x=agentpod_session")).toBe("x=agentpod_session");
    expect(await cookie("__Host-AGENTPOD=s;c=3")).toBe("c=3");
  });

  it("header names and values that Node would refuse to send never leave the gateway", async () => {
    const { rig } = await mirrored();
    for (const line of ["x-a: b\rx-injected: 1", "x-a: b\nx-injected: 1", "x a: b", "x-a : b", "x\0a: b", ": b", "x-a: \0"]) {
      const answer = await rawRequest(rig.port, `GET / HTTP/1.1\r\nHost: ${host}\r\n${line}\r\nConnection: close\r\n\r\n`);
      expect(answer, JSON.stringify(line)).toMatch(/^HTTP\/1\.1 400 /);
    }
  });

  it("bytes above 127 pass as they are", async () => {
    const { rig } = await mirrored();
    const answer = await rawRequest(
      rig.port,
      Buffer.from(`GET / HTTP/1.1\r\nHost: ${host}\r\nx-a: caf\xe9\r\nConnection: close\r\n\r\n`, "latin1"),
    );
    expect(Buffer.from(answer, "latin1").toString("utf8")).toContain('"x-a":"café"');
  });
});

describe("P7 response headers", () => {
  it("repeated and odd headers pass, those of the hop and AgentPod's cookies do not", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () =>
        socket.end(
          "HTTP/1.1 200 Fine\r\nSet-Cookie: a=1\r\nSet-Cookie: agentpod_session=evil; Domain=localhost\r\nset-cookie: b=2\r\n" +
            "Connection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=1\r\nX-Latin: caf\xe9\r\nServer: own\r\nContent-Length: 2\r\n\r\nok",
          "latin1",
        ),
      );
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await rawRequest(rig.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 Fine\r\n/);
    expect(answer).toContain("Set-Cookie: a=1\r\nset-cookie: b=2\r\n");
    expect(answer).toContain("X-Latin: caf\xe9\r\n");
    expect(answer).toContain("Server: own\r\n");
    expect(answer).not.toMatch(/agentpod_session|X-Hop|timeout=1/);
    expect(answer.endsWith("\r\n\r\nok")).toBe(true);
  });

  it("two pipelined requests get their answers in order", async () => {
    const rig = await startRig();
    const held = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", async (request, response) => {
      if (request.url === "/first") await held.promise;
      else held.resolve();
      response.end(`answer to ${request.url}`);
    });
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    socket.write(`GET /first HTTP/1.1\r\nHost: ${host}\r\n\r\nGET /second HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const all = await readUntil(socket, "answer to /second");
    expect(all.indexOf("answer to /first")).toBeLessThan(all.indexOf("answer to /second"));
    expect(all).toContain("answer to /first");
  });
});
