import { request } from "node:http";
import type { Socket } from "node:net";
import { type RoutePoliciesInput, routePolicies } from "@agentpod/core/route-policies";
import type { Upstream } from "@agentpod/core/route-table";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { ask } from "./ask.ts";
import {
  afterTest,
  deadUpstream,
  host,
  httpUpstream,
  openRaw,
  rawRequest,
  rawUpstream,
  readToEnd,
  readUntil,
  route,
  startRig,
  text,
} from "./rig.ts";

const parse = (input: RoutePoliciesInput) => routePolicies.parse(input);

async function served(policies: RoutePoliciesInput, ...upstreams: Upstream[]) {
  const rig = await startRig();
  await rig.serve(route({ upstreams, policies: parse(policies) }));
  return rig;
}

describe("P7 body size", () => {
  /** Counts what reaches an upstream; answers once it has all of it. */
  async function sink() {
    const seen = { requests: 0, bytes: 0, aborted: 0 };
    const aborted = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", (asked, response) => {
      seen.requests += 1;
      asked.on("data", (chunk: Buffer) => {
        seen.bytes += chunk.length;
      });
      asked.on("end", () => response.end(`got ${seen.bytes}`));
      asked.on("error", () => {
        seen.aborted += 1;
        aborted.resolve();
      });
    });
    return { seen, upstream, aborted: aborted.promise };
  }

  it("what is announced too large never gets near the upstream, and the connection goes on", async () => {
    const { seen, upstream } = await sink();
    const rig = await served({ maxBodyBytes: 10 }, upstream);
    const client = await openRaw(rig.port);
    client.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 11\r\n\r\nhello world`);
    expect(await readUntil(client, '"requestId"')).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"invalid"/);
    expect(seen.requests).toBe(0);
    client.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nhello worl`);
    expect(await readUntil(client, "got 10")).toMatch(/HTTP\/1\.1 200/);
  });

  it("who asks before sending is refused before sending", async () => {
    const { seen, upstream } = await sink();
    const rig = await served({ maxBodyBytes: 10 }, upstream);
    const answer = await rawRequest(rig.port, `POST / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 99\r\nExpect: 100-continue\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).not.toContain("100 Continue");
    expect(answer).toMatch(/connection: close/i);
    expect(seen.requests).toBe(0);
  });

  it("a chunked body is cut off as it passes the limit: the upstream's request is aborted, the next one on the connection is served", async () => {
    const { seen, upstream, aborted } = await sink();
    const rig = await served({ maxBodyBytes: 100_000 }, upstream);
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    const client = await openRaw(rig.port);
    client.write(`POST / HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n`);
    const chunk = `${(50_000).toString(16)}\r\n${"x".repeat(50_000)}\r\n`;
    client.write(chunk);
    client.write(chunk);
    const refused = readUntil(client, '"requestId"');
    client.write(chunk);
    expect(await refused).toMatch(/^HTTP\/1\.1 413 /);
    await aborted;
    expect(seen.bytes).toBeLessThanOrEqual(100_000);
    expect(JSON.parse(await logged)).toMatchObject({ status: 413, upstream: "u" });
    // The rest of the body, and after it another request.
    client.write(`${chunk}0\r\n\r\nGET /next HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await readToEnd(client)).toMatch(/HTTP\/1\.1 200 OK/);
    expect(rig.gateway.observe().load.u).toMatchObject({ requests: 0 });
  });

  it("a body of just the size passes, chunked or not, and 0 lets none", async () => {
    const { upstream } = await sink();
    const rig = await served({ maxBodyBytes: 5 }, upstream);
    expect((await ask(rig.port, { method: "PUT", body: "12345", headers: { "content-length": "5" } })).status).toBe(200);
    expect((await ask(rig.port, { method: "PUT", body: "12345", headers: { "transfer-encoding": "chunked" } })).status).toBe(200);
    expect((await ask(rig.port, { method: "PUT", body: "123456", headers: { "transfer-encoding": "chunked" } })).status).toBe(413);
    await rig.serve(route({ upstreams: [upstream], policies: parse({ maxBodyBytes: 0 }) }));
    expect((await ask(rig.port)).status).toBe(200);
    expect((await ask(rig.port, { method: "POST", body: "1", headers: { "content-length": "1" } })).status).toBe(413);
  });

  it("an answer already under way is cut, not mended", async () => {
    const upstream = await httpUpstream("u", (asked, response) => {
      response.writeHead(200, { "content-type": "text/plain" });
      response.write("early");
      asked.resume().on("error", () => {});
    });
    const rig = await served({ maxBodyBytes: 10 }, upstream);
    const failed = new Promise<Error>((resolve) => {
      const outgoing = request(
        { port: rig.port, host: "127.0.0.1", method: "POST", headers: { host, "transfer-encoding": "chunked" }, agent: false },
        (response) => {
          response.on("data", () => outgoing.write("x".repeat(20)));
          response.on("error", resolve);
        },
      );
      outgoing.on("error", resolve);
      outgoing.write("x");
    });
    expect(String(await failed)).toMatch(/aborted|ECONNRESET|hang up/);
  });
});

describe("P7 retries", () => {
  /** Takes a request and drops the connection, so many times; then answers. */
  async function flaky(id: string, drops: number) {
    const seen: string[] = [];
    const upstream = await rawUpstream(id, (socket: Socket) => {
      socket.once("data", (bytes) => {
        seen.push(String(bytes).split(" ")[0] ?? "");
        if (seen.length <= drops) socket.resetAndDestroy();
        else socket.end("HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nfine");
      });
    });
    return { seen, upstream };
  }

  it("an idempotent request without a body is sent again as often as allowed, to the others first", async () => {
    const [a, b] = [await flaky("a", 99), await flaky("b", 1)];
    const rig = await served({ retries: 3 }, a.upstream, b.upstream);
    expect(await ask(rig.port)).toMatchObject({ status: 200, body: "fine" });
    expect([a.seen.length, b.seen.length].reduce((sum, n) => sum + n)).toBeLessThanOrEqual(4);
    expect(b.seen.length).toBe(2);
  });

  it("then the failure is told; without the policy at once", async () => {
    const one = await flaky("u", 99);
    const rig = await served({ retries: 2 }, one.upstream);
    expect((await ask(rig.port, { method: "DELETE" })).status).toBe(502);
    expect(one.seen).toEqual(["DELETE", "DELETE", "DELETE"]);
    await rig.serve(route({ upstreams: [one.upstream] }));
    expect((await ask(rig.port)).status).toBe(502);
    expect(one.seen).toHaveLength(4);
  });

  it.each([
    ["POST", undefined],
    ["PATCH", undefined],
    ["PUT", "abc"],
    ["GET", "abc"],
  ])("%s with the body %j is sent once", async (method, body) => {
    const one = await flaky("u", 99);
    const rig = await served({ retries: 5 }, one.upstream);
    const headers: Record<string, string> = body === undefined ? {} : { "content-length": String(body.length) };
    expect((await ask(rig.port, { method, headers, ...(body !== undefined && { body }) })).status).toBe(502);
    expect(one.seen).toEqual([method]);
  });

  it("an answer is an answer: 503 and a late one are not asked for again", async () => {
    let count = 0;
    const upstream = await httpUpstream("u", (asked, response) => {
      count += 1;
      if (asked.url === "/busy") text("busy", 503)(asked, response);
    });
    const rig = await startRig();
    await rig.serve(route({ upstreams: [upstream], timeoutSeconds: 1, policies: parse({ retries: 5 }) }));
    expect((await ask(rig.port, { path: "/busy" })).body).toBe("busy");
    expect((await ask(rig.port, { path: "/silent" })).status).toBe(504);
    expect(count).toBe(2);
  });

  it("where nobody listens others are tried, all of them", async () => {
    const dead = [await deadUpstream("d1"), await deadUpstream("d2"), await deadUpstream("d3")];
    const rig = await served({ retries: 3 }, ...dead, await httpUpstream("live", text("live")));
    expect((await ask(rig.port)).body).toBe("live");
  });

  it("an answer that has begun is never begun anew", async () => {
    let count = 0;
    const upstream = await rawUpstream("u", (socket) => {
      socket.once("data", () => {
        count += 1;
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
        setImmediate(() => socket.resetAndDestroy());
      });
    });
    const rig = await served({ retries: 5 }, upstream);
    await expect(ask(rig.port)).rejects.toThrow();
    expect(count).toBe(1);
  });
});

describe("P7 splits", () => {
  it("so many of a hundred go to the other route while it serves; the log says where each went", async () => {
    const rig = await startRig();
    const [own, other] = [await httpUpstream("own", text("own")), await httpUpstream("other", text("other"))];
    const both = (percent: number, state: "serving" | "sleeping" = "serving") =>
      rig.serve(
        route({ upstreams: [own], split: { route: "route-2", percent }, policies: parse({ rateLimit: { requests: 100_000 } }) }),
        route({
          id: "route-2",
          hosts: ["canary.localhost"],
          state,
          upstreams: state === "serving" ? [other] : [],
          policies: parse({ maintenance: {} }),
        }),
      );
    const upstreams: string[] = [];
    rig.gateway.log.follow("route-1", (line) => upstreams.push(JSON.parse(line).upstream));
    const count = async () => {
      let others = 0;
      for (let i = 0; i < 100; i++) if ((await ask(rig.port)).body === "other") others += 1;
      return others;
    };
    await both(30);
    expect(await count()).toBe(30);
    expect(upstreams.filter((id) => id === "other")).toHaveLength(30);
    expect(upstreams).toHaveLength(100);
    await both(1);
    expect(await count()).toBe(1);
    await both(100);
    expect(await count()).toBe(100);
    await both(100, "sleeping");
    expect(await count()).toBe(0);
  });

  it("a split to a route that is not in the table, or whose upstream is dead, costs nobody an answer", async () => {
    const rig = await startRig();
    const own = await httpUpstream("own", text("own"));
    await rig.serve(route({ upstreams: [own], split: { route: "gone", percent: 100 } }));
    expect((await ask(rig.port)).body).toBe("own");
    await rig.serve(
      route({ upstreams: [own], split: { route: "route-2", percent: 100 } }),
      route({ id: "route-2", hosts: ["canary.localhost"], upstreams: [await deadUpstream("dead")] }),
    );
    expect((await ask(rig.port)).body).toBe("own");
  });
});

describe("P7 WebSockets under policies", () => {
  it("an idle one is closed politely, a busy one is not; header changes apply to the handshake", async () => {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    afterTest(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    const tenants: unknown[] = [];
    server.on("connection", (_socket, asked) => tenants.push(asked.headers["x-tenant"]));
    const { port } = server.address() as { port: number };
    const policies = { idleTimeoutSeconds: 1, requestHeaders: { set: { "X-Tenant": "acme" } }, responseHeaders: { set: { "X-A": "1" } } };
    const rig = await served(policies, { id: "ws", address: { kind: "tcp", host: "127.0.0.1", port } });
    const open = async () => {
      const client = await openRaw(rig.port);
      client.write(
        `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Tenant: evil\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
      expect(await readUntil(client, "\r\n\r\n")).toMatch(/^HTTP\/1\.1 101 [\s\S]*\r\nx-a: 1\r\n/);
      return client;
    };
    const [idle, busy] = [await open(), await open()];
    let isBusyOpen = true;
    busy.on("close", () => {
      isBusyOpen = false;
    });
    // An empty masked ping, for longer than an idle connection lives.
    const pings = setInterval(() => busy.write(Buffer.from([0x89, 0x80, 0, 0, 0, 0])), 200);
    afterTest(() => clearInterval(pings));
    const farewell = await readToEnd(idle);
    expect(Buffer.from(farewell, "latin1")).toEqual(Buffer.from([0x88, 6, 0x03, 0xe9, ...Buffer.from("idle")]));
    expect(isBusyOpen).toBe(true);
    clearInterval(pings);
    await new Promise((resolve) => busy.once("end", resolve));
    expect(tenants).toEqual(["acme", "acme"]);
  });
});
