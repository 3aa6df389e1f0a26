import { BlockList } from "node:net";
import { type RoutePoliciesInput, routePolicies } from "@agentpod/core/route-policies";
import { passwordHashOf } from "@agentpod/host/password-hash";
import { beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { ask } from "./ask.ts";
import { afterTest, host, httpUpstream, rawRequest, route, startRig } from "./rig.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const handshake = (headers = "") =>
  `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

/** A gateway whose one route has these policies, and what its upstream has seen. */
async function guarded(policies: RoutePoliciesInput, change: Parameters<typeof startRig>[0] = {}) {
  const rig = await startRig(change);
  const seen: Record<string, unknown>[] = [];
  const upstream = await httpUpstream("u", (request, response) => {
    seen.push(request.headers);
    request.resume();
    response.end(JSON.stringify(request.headers));
  });
  const serve = (next: RoutePoliciesInput) => rig.serve(route({ upstreams: [upstream], policies: routePolicies.parse(next) }));
  await serve(policies);
  return { rig, seen, serve, upstream, get: (headers: Record<string, string | string[]> = {}) => ask(rig.port, { headers }) };
}

describe("P7 maintenance", () => {
  it("is a page in the visitor's language for people, JSON for programs, and says when to come back", async () => {
    const { get, seen, serve, rig } = await guarded({ maintenance: { message: "Back at <noon> & rested", retryAfterSeconds: 120 } });
    const program = await get();
    expect(program.status).toBe(503);
    expect(program.headers["retry-after"]).toBe("120");
    expect(JSON.parse(program.body).error).toMatchObject({ code: "unavailable", message: "Back at <noon> & rested" });
    const chinese = await get({ accept: "text/html", "accept-language": "zh-CN,en;q=0.5" });
    expect(chinese.headers["content-language"]).toBe("zh");
    expect(chinese.body).toContain("维护中");
    expect(chinese.body).toContain("Back at &lt;noon&gt; &amp; rested");
    expect(chinese.body).toContain('http-equiv="refresh" content="120"');
    expect((await get({ accept: "text/html" })).body).toContain("Under maintenance");
    expect((await rawRequest(rig.port, handshake())).split("\r\n")[0]).toBe("HTTP/1.1 503 Service Unavailable");
    expect(seen).toEqual([]);
    await serve({});
    expect((await get()).status).toBe(200);
  });

  it("neither it nor a denied address wakes a pod or waits for one", async () => {
    const rig = await startRig();
    const woken: unknown[] = [];
    rig.gateway.wakes.listen((wake) => woken.push(wake));
    for (const policies of [
      { maintenance: {} },
      { addresses: { deny: ["127.0.0.0/8"] } },
      { basicAuth: { users: [{ name: "a", passwordHash: `scrypt:1:1:1:${"A".repeat(22)}:${"A".repeat(43)}` }] } },
    ]) {
      await rig.serve(route({ state: "sleeping", holdSeconds: 60, policies: routePolicies.parse(policies) }));
      expect([401, 403, 503]).toContain((await ask(rig.port)).status);
    }
    expect(woken).toEqual([]);
  });
});

describe("P7 addresses", () => {
  it("the client's own counts, whatever it claims to be", async () => {
    const { get, seen, rig } = await guarded({ addresses: { allow: ["10.0.0.0/8"] } });
    for (const headers of [
      {},
      { "x-forwarded-for": "10.0.0.1" },
      { "x-real-ip": "10.0.0.1" },
      { forwarded: "for=10.0.0.1" },
      { "x-forwarded-for": ["10.0.0.1", "10.0.0.2"] },
    ])
      expect((await get(headers as Record<string, string>)).status, JSON.stringify(headers)).toBe(403);
    expect(await rawRequest(rig.port, handshake("X-Forwarded-For: 10.0.0.1\r\n"))).toMatch(/^HTTP\/1\.1 403 /);
    expect(seen).toEqual([]);
  });

  it("behind a trusted proxy it is the address that the proxy saw; what the client wrote before it does not count", async () => {
    const trustedProxies = new BlockList();
    trustedProxies.addAddress("127.0.0.1");
    const { get, rig, serve } = await guarded({ addresses: { deny: ["192.0.2.0/24"] } }, { trustedProxies });
    const status = async (...chain: string[]) => (await get({ "x-forwarded-for": chain })).status;
    expect(await status("192.0.2.7")).toBe(403);
    expect(await status("::ffff:192.0.2.7")).toBe(403);
    expect(await status("::FFFF:c000:207")).toBe(403);
    expect(await status("198.51.100.1, 192.0.2.7")).toBe(403);
    expect(await status("198.51.100.1", "192.0.2.7")).toBe(403);
    expect(await status("192.0.2.7, 198.51.100.1")).toBe(200);
    await serve({ addresses: { allow: ["127.0.0.1", "2001:db8::/32"] } });
    expect((await get()).status).toBe(200);
    expect(await status("2001:db8::5")).toBe(200);
    expect(await status("2001:db9::5")).toBe(403);
    for (const odd of ["999.1.1.1", "1.2", ":::", "10.0.0.1:80"]) expect(await status(odd), odd).toBe(403);
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    await status("2001:db9::6");
    expect(JSON.parse(await logged)).toMatchObject({ status: 403, client: "2001:db9::6", upstream: null });
  });
});

describe("P7 rate limit", () => {
  it("answers 429 above it and says how much is left; the count outlives a switch, WebSockets count too", async () => {
    const { get, seen, serve, rig } = await guarded({ rateLimit: { requests: 3, perSeconds: 3600 } });
    const first = await get();
    expect(first.headers).toMatchObject({ "ratelimit-policy": '"default";q=3;w=3600', ratelimit: '"default";r=2;t=1200' });
    await rawRequest(rig.port, handshake("Connection: close\r\n"));
    await serve({ rateLimit: { requests: 3, perSeconds: 3600 }, responseHeaders: { set: { "X-A": "b" } } });
    expect((await get()).headers).toMatchObject({ "x-a": "b", ratelimit: expect.stringMatching(/^"default";r=0;t=\d+$/) });
    const refused = await get({ "x-forwarded-for": "192.0.2.1" });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(1100);
    expect(JSON.parse(refused.body).error.code).toBe("quota_exceeded");
    expect(await rawRequest(rig.port, handshake())).toMatch(/^HTTP\/1\.1 429 /);
    expect(seen).toHaveLength(3);
    await serve({ rateLimit: { requests: 4, perSeconds: 3600 } });
    expect((await get()).status).toBe(200);
  });

  it("by header: each value its own count, in any case of the name", async () => {
    const { get } = await guarded({ rateLimit: { requests: 1, perSeconds: 3600, by: { header: "X-Api-Key" } } });
    const status = async (headers: Record<string, string | string[]>) => (await get(headers)).status;
    expect(await status({ "x-api-key": "one" })).toBe(200);
    expect(await status({ "X-API-KEY": "one" })).toBe(429);
    expect(await status({ "x-api-key": "two" })).toBe(200);
    expect(await status({ "x-api-key": ["one", "two"] })).toBe(200);
    expect(await status({})).toBe(200);
    expect(await status({})).toBe(429);
  });
});

describe("P7 basic authentication", () => {
  let passwordHash = "";
  beforeAll(async () => {
    passwordHash = await passwordHashOf("s3cret: ü");
  });
  const policies = (): RoutePoliciesInput => ({ basicAuth: { realm: "Acme (staging)", users: [{ name: "ada", passwordHash }] } });

  it("asks for credentials, lets the right ones in and keeps them to itself", async () => {
    const { get, seen } = await guarded(policies());
    const asked = await get({ accept: "text/html", "accept-language": "zh" });
    expect(asked.status).toBe(401);
    expect(asked.headers["www-authenticate"]).toBe('Basic realm="Acme (staging)", charset="UTF-8"');
    expect(asked.body).toContain("需要登录");
    expect((await get({ authorization: basic("ada:s3cret: ü"), "x-a": "1" })).status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ "x-a": "1" });
    expect(seen[0]).not.toHaveProperty("authorization");
  });

  it("garbage and wrong ones get nothing but the question", async () => {
    const { get, seen, rig } = await guarded(policies());
    const garbage = [
      "",
      "Basic",
      "Basic ",
      "Basic !!!!",
      "Basic Og==",
      "Bearer abc",
      "Digest username=ada",
      basic("ada"),
      basic("ada:\0"),
      `Basic ${"A".repeat(16_000)}`,
    ];
    for (const authorization of garbage) expect((await get({ authorization })).status, authorization.slice(0, 30)).toBe(401);
    for (const text of ["ada:", "ada:s3cret", "eve:s3cret: ü"]) expect((await get({ authorization: basic(text) })).status, text).toBe(401);
    const right = basic("ada:s3cret: ü");
    const twice = await rawRequest(
      rig.port,
      `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${right}\r\nauthorization: ${right}\r\nConnection: close\r\n\r\n`,
    );
    expect(twice).toMatch(/^HTTP\/1\.1 401 /);
    const huge = await rawRequest(rig.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Basic ${"A".repeat(1_000_000)}\r\n\r\n`);
    expect(huge).toMatch(/^HTTP\/1\.1 431 /);
    expect(seen).toEqual([]);
    expect((await get({ authorization: right })).status).toBe(200);
  });

  it("WebSockets as well, without the credentials going on", async () => {
    const { rig } = await guarded(policies());
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    afterTest(() => server.close());
    const authorizations: unknown[] = [];
    server.on("connection", (socket, request) => {
      authorizations.push(request.headers.authorization);
      socket.close();
    });
    const { port } = server.address() as { port: number };
    await rig.serve(
      route({ upstreams: [{ id: "ws", address: { kind: "tcp", host: "127.0.0.1", port } }], policies: routePolicies.parse(policies()) }),
    );
    const refused = await rawRequest(rig.port, handshake());
    expect(refused).toMatch(/^HTTP\/1\.1 401 /);
    expect(refused).toContain('www-authenticate: Basic realm="Acme (staging)"');
    expect(await rawRequest(rig.port, handshake(`Authorization: ${basic("ada:s3cret: ü")}\r\n`), { half: true })).toMatch(
      /^HTTP\/1\.1 101 /,
    );
    expect(authorizations).toEqual([undefined]);
  });

  it("after ten wrong tries the address waits; whoever is known goes on, the event loop too", async () => {
    const { get } = await guarded(policies());
    expect((await get({ authorization: basic("ada:s3cret: ü") })).status).toBe(200);
    const answers = await Promise.all(Array.from({ length: 15 }, (_, i) => get({ authorization: basic(`ada:guess ${i}`) })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
    const late = answers.find(({ status }) => status === 429);
    expect(Number(late?.headers["retry-after"])).toBeGreaterThan(0);
    expect((await get({ authorization: basic("ada:s3cret: ü") })).status).toBe(200);
    expect((await get({ authorization: basic("ada:guess again") })).status).toBe(429);
  });

  it("a client that leaves while its password is checked harms nobody", async () => {
    const { rig, get, seen } = await guarded(policies());
    const answers = Array.from({ length: 5 }, () =>
      rawRequest(rig.port, `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${basic("ada:s3cret: ü")}\r\nConnection: close\r\n\r\n`, {
        half: true,
      }),
    );
    await Promise.all(answers);
    expect((await get({ authorization: basic("ada:s3cret: ü") })).status).toBe(200);
    expect(seen.length).toBeLessThanOrEqual(6);
  });
});

describe("P7 policies that cannot be served", () => {
  it.each<[string, object]>([
    ["a header with a line end", { responseHeaders: { set: { "X-A": "b\r\nSet-Cookie: x=1" }, remove: [] } }],
    ["a header whose name is none", { requestHeaders: { set: { "X A": "b" }, remove: [] } }],
    ["a network that is none", { addresses: { allow: ["10.0.0.0/99"], deny: [] } }],
    ["an address that is none", { addresses: { allow: [], deny: ["300.0.0.1"] } }],
    ["a realm with a line end", { basicAuth: { realm: "a\r\nX-B: c", users: [] } }],
  ])("%s: the table is refused whole and the old one goes on", async (_, policies) => {
    const { rig, get } = await guarded({ responseHeaders: { set: { "X-Old": "1" } } });
    const broken = { ...routePolicies.parse({}), ...policies } as never;
    await expect(rig.serve(route({ policies: broken }))).rejects.toMatchObject({ name: "AppError", code: "invalid" });
    expect((await get()).headers["x-old"]).toBe("1");
  });
});
