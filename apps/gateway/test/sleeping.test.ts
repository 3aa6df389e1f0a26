import { routePolicies } from "@agentpod/core/route-policies";
import { describe, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { ask } from "./ask.ts";
import { afterTest, deadUpstream, host, httpUpstream, openRaw, type Rig, readUntil, route, startRig, text } from "./rig.ts";

const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

/** Resolves once so many requests have begun to wait at the route. */
function waiters(rig: Rig, count: number): Promise<void> {
  let seen = 0;
  return new Promise((resolve) => {
    rig.gateway.wakes.listen(({ route: id }) => {
      seen += id === "route-1" ? 1 : 0;
      if (seen === count) resolve();
    });
  });
}

async function webSocketUpstream(id: string) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket) => socket.send("awake"));
  afterTest(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { id, address: { kind: "tcp" as const, host: "127.0.0.1", port: (server.address() as { port: number }).port } };
}

function firstMessage(port: number): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers: { host } });
  afterTest(() => socket.terminate());
  return new Promise((resolve, reject) => {
    socket.once("message", (data) => resolve(String(data)));
    socket.once("error", reject);
  });
}

describe("P7 a sleeping route", () => {
  it("holds programs, handshakes and unread bodies, tells of each, and passes them on once it serves", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 60 }));
    const arrived = waiters(rig, 3);
    const socket = await openRaw(rig.port);
    const size = 50_000_000;
    socket.write(`POST /up HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size));
    const answer = ask(rig.port);
    const upgraded = firstMessage(rig.port);
    await arrived;
    // The kernel holds what it can, the gateway nothing: most of the body has not left.
    expect(socket.writableLength).toBeGreaterThan(size / 2);
    let received = 0;
    const upstream = await httpUpstream("u", (request, response) => {
      request.on("data", (chunk: Buffer) => {
        received += chunk.length;
      });
      request.on("end", () => response.end("served"));
    });
    const sockets = await webSocketUpstream("w");
    await rig.serve(route({ upstreams: [upstream] }), route({ id: "route-2", path: "/ws", upstreams: [sockets] }));
    expect((await answer).body).toBe("served");
    expect(await upgraded).toBe("awake");
    await readUntil(socket, "served");
    expect(received).toBe(size);
  });

  it("after its time a program gets 503 with Retry-After, in words that fit", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 0.05, message: "acme/web is asleep." }));
    const answer = await ask(rig.port);
    expect([answer.status, answer.headers["retry-after"]]).toEqual([503, "5"]);
    expect(JSON.parse(answer.body).error.message).toContain("takes longer");
  });

  it("a browser gets a page in its language that opens the application by itself, long before that", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 300 }));
    const begun = performance.now();
    const page = await ask(rig.port, { headers: { ...html, "accept-language": "zh-CN,zh;q=0.9", "sec-fetch-mode": "navigate" } });
    expect(performance.now() - begun).toBeLessThan(30_000);
    expect([page.status, page.headers["content-language"], page.headers["retry-after"]]).toEqual([503, "zh", "1"]);
    expect(page.body).toContain("正在唤醒");
    expect(page.body).toContain('http-equiv="refresh" content="1"');
  });

  it("what a page fetches, and what changes something, waits as programs do", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 300 }));
    const arrived = waiters(rig, 2);
    const answers = [
      ask(rig.port, { headers: { ...html, "sec-fetch-mode": "cors" } }),
      ask(rig.port, { method: "POST", headers: html, body: "order" }),
    ];
    await arrived;
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("served"))] }));
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200]);
  });

  it("takes in a thousand and sends the next away at once; one that leaves makes room", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 300 }));
    const arrived = waiters(rig, 1000);
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => openRaw(rig.port)));
    for (const socket of sockets) socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await arrived;
    expect((await ask(rig.port)).status).toBe(503);
    const left = new Promise<string>((resolve) => rig.gateway.log.follow(null, resolve));
    sockets[0]?.destroy();
    expect(JSON.parse(await left).status).toBe(499);
    const again = waiters(rig, 1);
    const answer = ask(rig.port);
    await again;
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("served"))] }));
    expect((await answer).status).toBe(200);
  });

  it("is not woken by whom its policies turn away", async () => {
    const rig = await startRig();
    const policies = routePolicies.parse({ addresses: { deny: ["127.0.0.0/8"] } });
    await rig.serve(route({ state: "sleeping", holdSeconds: 300, policies }));
    const woken: unknown[] = [];
    rig.gateway.wakes.listen((wake) => woken.push(wake));
    expect((await ask(rig.port)).status).toBe(403);
    await expect(firstMessage(rig.port)).rejects.toThrow("403");
    expect([woken, rig.gateway.waitedFor]).toEqual([[], []]);
  });
});

describe("A18 pages that may stay open", () => {
  it("what one does by itself wakes nothing and is told so at once; a visit and a program wake", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 300, ignoresOpenPages: true }));
    const woken: unknown[] = [];
    rig.gateway.wakes.listen((wake) => woken.push(wake));
    await expect(firstMessage(rig.port)).rejects.toThrow("503");
    const fetched = await ask(rig.port, { headers: { "sec-fetch-mode": "cors" } });
    expect([fetched.status, fetched.headers["retry-after"], JSON.parse(fetched.body).error.message]).toEqual([
      503,
      undefined,
      "The application is asleep. Load its page again to wake it.",
    ]);
    expect([woken, rig.gateway.waitedFor]).toEqual([[], []]);
    const arrived = waiters(rig, 2);
    const visit = ask(rig.port, { headers: { ...html, "sec-fetch-mode": "navigate" } });
    const webhook = ask(rig.port, { method: "POST", body: "{}" });
    await arrived;
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("served"))] }));
    expect([(await visit).status, (await webhook).status]).toEqual([200, 200]);
  });

  it("while it serves, visits are told apart from what a page does by itself, however much is said on its WebSocket", async () => {
    const rig = await startRig();
    const sockets = await webSocketUpstream("w");
    await rig.serve(
      route({ upstreams: [sockets] }),
      route({ id: "route-2", path: "/page", upstreams: [await httpUpstream("u", text("served"))] }),
    );
    expect(await firstMessage(rig.port)).toBe("awake");
    await ask(rig.port, { path: "/page", headers: { "sec-fetch-mode": "same-origin" } });
    const { u, w } = rig.gateway.observe().load;
    expect([w?.upgraded, typeof w?.lastActivityAt, w?.lastVisitAt]).toEqual([1, "string", null]);
    expect([typeof u?.lastActivityAt, u?.lastVisitAt]).toEqual(["string", null]);
    await ask(rig.port, { path: "/page", headers: { ...html, "sec-fetch-mode": "navigate" } });
    expect(rig.gateway.observe().load.u?.lastVisitAt).toEqual(expect.any(String));
  });
});

describe("P5 P7 who watches the gateway", () => {
  it("is told of those who waited before it came", async () => {
    const rig = await startRig();
    await rig.serve(route({ state: "sleeping", holdSeconds: 300 }));
    const arrived = waiters(rig, 1);
    const answer = ask(rig.port);
    await arrived;
    expect(rig.gateway.waitedFor).toEqual(["route-1"]);
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("served"))] }));
    await answer;
    expect(rig.gateway.waitedFor).toEqual([]);
  });
});

describe("A5 a handshake at a refused connection", () => {
  it("waits for word of the unit's death and for its return, as a request does", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await deadUpstream("old")] }));
    const begun = waiters(rig, 1);
    const upgraded = firstMessage(rig.port);
    await begun;
    await rig.serve(route({ state: "holding" }));
    await rig.serve(route({ upstreams: [await webSocketUpstream("new")] }));
    expect(await upgraded).toBe("awake");
  });

  it("without such word it is 502 after all", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await deadUpstream("old")] }));
    await expect(firstMessage(rig.port)).rejects.toThrow("502");
  });
});
