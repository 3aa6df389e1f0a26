import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { join } from "node:path";
import { routePolicies } from "@agentpod/core/route-policies";
import type { Gateway, RouteEntry, RouteTable } from "@agentpod/core/route-table";
import { freePort } from "@agentpod/host/free-port";
import { testCertificate } from "@agentpod/host/test-certificate";
import { request } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caddyGateway } from "../src/caddy/driver.ts";
import { gatewayConformance } from "../src/conformance.ts";
import { startCaddy } from "../src/testing/start-caddy.ts";
import { startGateway } from "./gateway-rig.ts";

/** Caddy before an embedded gateway, with somebody else's site beside. */
async function putCaddy(embedded: Gateway, home: string, afterwards: (close: () => unknown) => void, config: object = {}) {
  const caddy = await startCaddy(home, config);
  afterwards(() => caddy.kill());
  const [port, httpsPort] = [await freePort(), await freePort()];
  const places = { http: `127.0.0.1:${port}`, https: `127.0.0.1:${httpsPort}`, inner: join(home, "run", "gateway-inner.sock") };
  const gateway = caddyGateway({ embedded, admin: caddy.admin, places, certificates: async () => [] });
  return { gateway, port, httpsPort, places, caddy };
}

gatewayConformance("caddy", () => startGateway(putCaddy));

describe("P7 Caddy in front", () => {
  type Front = Awaited<ReturnType<typeof putCaddy>>;
  let rig: Awaited<ReturnType<typeof startGateway>>;
  let front: Front;
  let strangersPort: number;
  const closers: (() => unknown)[] = [];
  beforeEach(async () => {
    strangersPort = await freePort();
    rig = await startGateway(async (embedded, home, afterwards) => {
      front = await putCaddy(embedded, home, afterwards, strangersSite(strangersPort));
      return front;
    });
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await rig.close();
  });

  const config = async (): Promise<Record<string, unknown>> =>
    (await request(`${front.caddy.admin}/config/`, { reset: true })).body.json() as never;
  const stranger = async () => (await request(`http://127.0.0.1:${strangersPort}/`, { reset: true })).body.text();

  it("leaves other people's sites as they are, through certificates, a switch and the end", async () => {
    const before = await config();
    await rig.gateway.apply(table(3));
    await rig.gateway.setCertificates({ version: "a", certificates: [await served("a", host)] });
    expect(await stranger()).toBe("a stranger's");
    await front.gateway.retire();
    expect(await config()).toEqual(before);
    expect(await stranger()).toBe("a stranger's");
  });

  it("without HTTPS of its own is given no certificates: each change would cost requests that are under way", async () => {
    const plain = caddyGateway({
      embedded: rig.embedded,
      admin: front.caddy.admin,
      places: { ...front.places, https: null },
      certificates: async () => [await served("a", host)],
    });
    await plain.apply(table(3));
    const before = await config();
    await plain.setCertificates({ version: "a", certificates: [await served("a", host)] });
    await plain.apply(table(4));
    expect(await config()).toEqual(before);
    expect(await plain.observe()).toMatchObject({ servedVersion: 4, certificateVersion: "a" });
  });

  it("a Caddy that came back without AgentPod's part is seen, and given it again with its certificates", async () => {
    await rig.gateway.apply(table(3));
    expect((await rig.gateway.observe()).servedVersion).toBe(3);
    await front.gateway.retire();
    expect((await rig.gateway.observe()).servedVersion).toBe(0);
    await rig.gateway.apply(table(3));
    expect((await rig.gateway.observe()).servedVersion).toBe(3);
  });

  it("an address that somebody else has is a conflict in words, and nothing is changed", async () => {
    const before = await config();
    const taken = (places: Partial<Front["places"]>) =>
      caddyGateway({
        embedded: rig.embedded,
        admin: front.caddy.admin,
        places: { ...front.places, ...places },
        certificates: async () => [],
      });
    const program = createNetServer().listen(0, "127.0.0.1");
    await once(program, "listening");
    closers.push(() => program.close());
    const programs = (program.address() as AddressInfo).port;
    for (const port of [strangersPort, programs]) {
      await expect(taken({ http: `127.0.0.1:${port}` }).apply(table(1))).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("--http"),
      });
      expect(await config()).toEqual(before);
    }
  });

  it("the same table gives the same answers as without Caddy", async () => {
    const upstream = createServer(application).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    closers.push(
      () => upstream.closeAllConnections(),
      () => upstream.close(),
    );
    upstream.on("upgrade", (_request, socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      socket.pipe(socket);
    });
    const upstreams = [{ id: "u", address: { kind: "tcp" as const, host: "127.0.0.1", port: (upstream.address() as AddressInfo).port } }];
    const password = { users: [{ name: "ann", passwordHash: `scrypt:4:1:1:${"A".repeat(22)}:${"A".repeat(43)}` }] };
    await rig.gateway.apply(
      table(
        3,
        route({ upstreams }),
        route({
          id: "route-2",
          path: "/api",
          upstreams,
          policies: routePolicies.parse({ responseHeaders: { set: { "X-Policy": "yes" } } }),
        }),
        route({ id: "route-3", path: "/private", upstreams, policies: routePolicies.parse({ basicAuth: password }) }),
        route({ id: "route-4", path: "/stopped", state: "stopped", message: "acme/web is stopped." }),
      ),
    );
    const cases: { path: string; host?: string; method?: string; headers?: Record<string, string>; body?: Buffer }[] = [
      { path: "/plain?x=1" },
      { path: "/api/things", method: "POST", body: Buffer.from("order") },
      { path: "/echo", method: "PUT", body: Buffer.alloc(30_000_000, "x") },
      { path: "/private" },
      { path: "/stopped", headers: { accept: "text/html", "accept-language": "zh" } },
      { path: "/", host: "nobody-acme.localhost" },
      { path: "/", method: "HEAD" },
      { path: "/compressed", headers: { "accept-encoding": "identity" } },
      { path: "/missing", headers: { cookie: "agentpod_session=secret; own=1", "x-forwarded-for": "6.6.6.6" } },
    ];
    for (const asked of cases) {
      const [direct, through] = await Promise.all([rig.innerPort, rig.port].map((port) => ask(port, asked)));
      expect(through, JSON.stringify(asked.path)).toEqual(direct);
    }
    for (const port of [rig.innerPort, rig.port]) {
      expect(await firstEvent(port)).toBe("data: one\n\n");
      expect(await echoed(port, "hello")).toBe("hello");
    }
    expect((await rig.gateway.observe()).load.u).toMatchObject({ lastActivityAt: expect.any(String) });
  });

  it("a request to a sleeping route waits behind Caddy too, is told of, and passes on", async () => {
    const upstream = createServer((_request, response) => void response.end("awake")).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    closers.push(() => upstream.close());
    await rig.gateway.apply(table(3, route({ state: "sleeping", holdSeconds: 60 })));
    const ending = new AbortController();
    closers.push(() => ending.abort());
    const watch = rig.gateway.watch(ending.signal)[Symbol.asyncIterator]();
    const told = watch.next();
    const answer = ask(rig.port, { path: "/" });
    expect((await told).value).toEqual({ route: "route-1", waits: true });
    const address = { kind: "tcp" as const, host: "127.0.0.1", port: (upstream.address() as AddressInfo).port };
    await rig.gateway.apply(table(4, route({ upstreams: [{ id: "u", address }] })));
    expect(await answer).toMatchObject({ status: 200, body: "awake" });
  });

  it("without Caddy every change is unavailable, in words", async () => {
    await front.caddy.kill();
    await expect(rig.gateway.apply(table(1))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("Start Caddy"),
    });
    await expect(rig.gateway.observe()).rejects.toMatchObject({ code: "unavailable" });
  });
});

const host = "web-acme.localhost";

const route = (change: Partial<RouteEntry>): RouteEntry => ({
  id: "route-1",
  pod: "pod-1",
  label: "acme/web",
  hosts: [host],
  publicPort: null,
  path: "/",
  state: "serving",
  message: "",
  upstreams: [],
  holdSeconds: 10,
  timeoutSeconds: 10,
  drainSeconds: 10,
  ...change,
});

const table = (version: number, ...routes: RouteEntry[]): RouteTable => ({ version, routes });

const served = async (id: string, name: string) => ({ id, names: [name], ...(await testCertificate([name])), ocsp: null, isPublic: false });

const strangersSite = (port: number) => ({
  apps: {
    http: {
      servers: { theirs: { listen: [`127.0.0.1:${port}`], routes: [{ handle: [{ handler: "static_response", body: "a stranger's" }] }] } },
    },
  },
});

/** Says what it was asked, streams events, and gives bodies back. */
function application(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: one\n\n");
    return;
  }
  if (request.url === "/echo") {
    // Go's server would guess one.
    response.setHeader("content-type", "application/octet-stream");
    request.pipe(response);
    return;
  }
  const { cookie, "x-forwarded-for": chain, "x-forwarded-proto": proto, "accept-encoding": encoding } = request.headers;
  response.setHeader("x-application", "yes");
  response.statusCode = request.url === "/missing" ? 404 : 200;
  response.end(
    JSON.stringify({ method: request.method, url: request.url, host: request.headers.host?.split(":")[0], cookie, chain, proto, encoding }),
  );
}

interface Asked {
  path: string;
  host?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer;
}

/** What a client sees, but for what differs from request to request and says who answered. */
async function ask(port: number, { path, host: name = host, method = "GET", headers = {}, body }: Asked) {
  const outgoing = httpRequest({ port, host: "127.0.0.1", path, method, headers: { host: name, ...headers }, agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const { date: _date, server: _server, connection: _connection, "keep-alive": _keep, "x-request-id": id, ...rest } = response.headers;
  const text = Buffer.concat(chunks).toString();
  return { status: response.statusCode, headers: rest, body: id ? text.replaceAll(String(id), "<id>") : text };
}

async function firstEvent(port: number): Promise<string> {
  const outgoing = httpRequest({ port, host: "127.0.0.1", path: "/events", headers: { host }, agent: false }).end();
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const [chunk] = await once(response, "data");
  outgoing.destroy();
  return String(chunk);
}

async function echoed(port: number, text: string): Promise<string> {
  const headers = { host, connection: "Upgrade", upgrade: "echo" };
  const outgoing = httpRequest({ port, host: "127.0.0.1", path: "/socket", headers, agent: false }).end();
  const [, socket] = await once(outgoing, "upgrade");
  socket.write(text);
  const [chunk] = await once(socket, "data");
  socket.destroy();
  return String(chunk);
}
