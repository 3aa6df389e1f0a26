import { connect as netConnect } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
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

const handshake = `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`;

async function echoUpstream(id: string) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const headers: Record<string, unknown>[] = [];
  server.on("connection", (socket, request) => {
    headers.push(request.headers);
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  afterTest(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { upstream: { id, address: { kind: "tcp" as const, host: "127.0.0.1", port } }, server, headers };
}

async function open(port: number, headers = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { host, ...headers } });
  afterTest(() => socket.terminate());
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return socket;
}

const message = (socket: WebSocket) => new Promise<string>((resolve) => socket.once("message", (data) => resolve(String(data))));
const closeOf = (socket: WebSocket) =>
  new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
  );

describe("P7 A6 WebSocket", () => {
  it("echoes, is counted while open, and is logged when it ends", async () => {
    const rig = await startRig();
    const { upstream, headers } = await echoUpstream("u");
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await open(rig.port, { cookie: "agentpod_session=s; a=1", "x-forwarded-for": "6.6.6.6" });
    for (const part of ["hello", "x".repeat(200_000)]) {
      socket.send(part);
      expect(await message(socket)).toBe(part);
    }
    expect(rig.gateway.observe().load.u).toMatchObject({ requests: 0, upgraded: 1, lastActivityAt: expect.any(String) });
    expect(headers[0]).toMatchObject({ host, cookie: "a=1", "x-forwarded-for": "127.0.0.1" });
    const logged = new Promise<string>((resolve) => rig.gateway.log.follow("route-1", resolve));
    socket.close(4001, "bye");
    expect(await closeOf(socket)).toEqual({ code: 4001, reason: "bye" });
    expect(JSON.parse(await logged)).toMatchObject({ status: 101, upstream: "u", path: "/ws", error: null });
    expect(rig.gateway.observe().load.u?.upgraded).toBe(0);
  });

  it("waits while the route is held", async () => {
    const rig = await startRig();
    const { upstream } = await echoUpstream("u");
    await rig.serve(route({ state: "holding" }));
    const begun = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const opening = open(rig.port);
    await begun;
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await opening;
    socket.send("held");
    expect(await message(socket)).toBe("held");
  });

  it("closes with 1012 after drainSeconds when its upstream leaves the table", async () => {
    const rig = await startRig();
    const old = await echoUpstream("old");
    const next = await echoUpstream("new");
    await rig.serve(route({ upstreams: [old.upstream], drainSeconds: 0.1 }));
    const socket = await open(rig.port);
    const closed = closeOf(socket);
    const drained = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    await rig.serve(route({ upstreams: [next.upstream], drainSeconds: 0.1 }));
    expect(rig.gateway.observe().load.old?.upgraded).toBe(1);
    expect(await closed).toEqual({ code: 1012, reason: "restarting" });
    expect(await drained).toEqual({ route: "route-1", waits: false });
    expect(rig.gateway.observe().load.old).toBeUndefined();
    const again = await open(rig.port);
    again.send("x");
    expect(await message(again)).toBe("x");
    expect(next.server.clients.size).toBe(1);
  });

  it("stays when its upstream comes back to the table in time", async () => {
    const rig = await startRig();
    const { upstream } = await echoUpstream("u");
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await open(rig.port);
    await rig.serve(route({ state: "holding" }));
    await rig.serve(route({ upstreams: [upstream] }));
    socket.send("still");
    expect(await message(socket)).toBe("still");
    expect(rig.gateway.observe().load.u?.upgraded).toBe(1);
  });

  it("a refusal by the upstream comes through whole", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", text("no sockets here", 426));
    await rig.serve(route({ upstreams: [upstream] }));
    const answer = await rawRequest(rig.port, `${handshake}\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 426 /);
    expect(answer).toContain("no sockets here");
    expect(rig.gateway.observe().load.u?.upgraded).toBe(0);
  });

  it("pages for routes that do not serve, 502 for a dead upstream, the next one where there is one", async () => {
    const rig = await startRig();
    const dead = await deadUpstream("dead");
    const { upstream } = await echoUpstream("u");
    await rig.serve(route({ state: "stopped", message: "acme/web is stopped." }));
    expect(await rawRequest(rig.port, `${handshake}\r\n`)).toMatch(/^HTTP\/1\.1 503 [\s\S]*acme\/web is stopped\./);
    expect(await rawRequest(rig.port, `${handshake.replace(host, "nobody.localhost")}\r\n`)).toMatch(/^HTTP\/1\.1 404 /);
    await rig.serve(route({ upstreams: [dead] }));
    expect(await rawRequest(rig.port, `${handshake}\r\n`)).toMatch(/^HTTP\/1\.1 502 /);
    await rig.serve(route({ upstreams: [dead, upstream] }));
    const socket = await open(rig.port);
    socket.send("second");
    expect(await message(socket)).toBe("second");
  });

  it("a handshake with two Hosts is refused", async () => {
    const rig = await startRig();
    expect(await rawRequest(rig.port, `${handshake}Host: other.localhost\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("an upstream that never answers the handshake is a 504", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await rawUpstream("u", () => {})], timeoutSeconds: 0.2 }));
    expect(await rawRequest(rig.port, `${handshake}\r\n`)).toMatch(/^HTTP\/1\.1 504 /);
  });

  it("a plain HTTP/2 offer or a request with a body is no upgrade", async () => {
    const rig = await startRig();
    const upstream = await httpUpstream("u", (incoming, response) => {
      incoming.resume().on("end", () => response.end(`plain ${incoming.headers.upgrade}`));
    });
    await rig.serve(route({ upstreams: [upstream] }));
    expect((await ask(rig.port, { headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AA" } })).body).toBe(
      "plain undefined",
    );
    const post = `POST / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 1\r\n\r\nx`;
    const socket = await openRaw(rig.port);
    socket.write(post);
    await readUntil(socket, "plain undefined");
  });
});

describe("P7 other upgrades", () => {
  const upgraded = (onData: (socket: import("node:net").Socket, chunk: Buffer) => void) =>
    rawUpstream("u", (socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: tcp\r\nX-Own: 1\r\n\r\nfirst");
        socket.on("data", (chunk) => onData(socket, chunk));
      });
    });

  it("bytes sent along with either handshake are not lost, and half-closed ends stay half-closed", async () => {
    const rig = await startRig();
    const upstream = await rawUpstream(
      "u",
      (socket) => {
        let received = "";
        socket.once("data", () => {
          socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: tcp\r\nX-Own: 1\r\n\r\nfirst");
          socket.on("data", (chunk) => {
            received += chunk;
          });
        });
        socket.on("end", () => socket.end(`-got ${received} after the end`));
      },
      { allowHalfOpen: true },
    );
    await rig.serve(route({ upstreams: [upstream] }));
    const socket = await openRaw(rig.port);
    const all = readToEnd(socket);
    socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nearly`);
    const answer = await all;
    expect(answer).toMatch(/^HTTP\/1\.1 101 /);
    expect(answer).toContain("X-Own: 1\r\n");
    expect(answer.split("\r\n\r\n")[1]).toBe("first-got early after the end");
  });

  it("a reader that stops stops the writer", async () => {
    const rig = await startRig();
    let written = 0;
    const chunk = Buffer.alloc(1_000_000);
    const upstream = await upgraded((socket) => {
      const more = () => {
        written += chunk.length;
        if (!socket.destroyed) socket.write(chunk, more);
      };
      more();
    });
    const ping = await httpUpstream("ping", text("pong"));
    await rig.serve(route({ upstreams: [upstream] }), route({ id: "ping", hosts: ["ping.localhost"], upstreams: [ping] }));
    const socket = netConnect({ port: rig.port, host: "127.0.0.1" });
    afterTest(() => socket.destroy());
    socket.on("error", () => {});
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n`);
    await readUntil(socket, "first");
    socket.pause();
    socket.write("go");
    // While these go through, an unbounded tunnel would take in hundreds of megabytes.
    for (let i = 0; i < 300; i++) expect((await ask(rig.port, { headers: { host: "ping.localhost" } })).body).toBe("pong");
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(32_000_000);
    expect(rig.gateway.observe().load.u?.upgraded).toBe(1);
  });
});
