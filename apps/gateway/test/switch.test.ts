import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { host, httpUpstream, openRaw, rawUpstream, readUntil, route, startRig, text } from "./rig.ts";

describe("P7 P5 switch", () => {
  it("requests in flight finish on the old upstream, new ones go to the new, and the drain is told", async () => {
    const rig = await startRig();
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const old = await httpUpstream("old", async (_request, response) => {
      response.write("old ");
      begun.resolve();
      await finish.promise;
      response.end("whole");
    });
    const next = await httpUpstream("new", text("new"));
    await rig.serve(route({ upstreams: [old] }));
    const inFlight = ask(rig.port);
    await begun.promise;
    await rig.serve(route({ upstreams: [next] }));
    expect((await ask(rig.port)).body).toBe("new");
    expect(rig.gateway.observe().load.old).toMatchObject({ requests: 1, upgraded: 0 });
    const drained = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    finish.resolve();
    expect((await inFlight).body).toBe("old whole");
    expect(await drained).toEqual({ route: "route-1", waits: false });
    expect(Object.keys(rig.gateway.observe().load)).toEqual(["new"]);
  });

  it("idle connections to an upstream close when it leaves the table", async () => {
    const rig = await startRig();
    const closed = Promise.withResolvers<void>();
    const old = await rawUpstream("old", (socket: Socket) => {
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
      socket.on("end", () => closed.resolve());
    });
    await rig.serve(route({ upstreams: [old] }));
    expect((await ask(rig.port)).body).toBe("ok");
    await rig.serve(route({ state: "stopped" }));
    await closed.promise;
  });

  it("the same version has no effect, an older one is a conflict", async () => {
    const rig = await startRig();
    const one = await httpUpstream("u", text("one"));
    await rig.gateway.apply({ version: 7, routes: [route({ upstreams: [one] })] });
    await rig.gateway.apply({ version: 7, routes: [] });
    expect((await ask(rig.port)).body).toBe("one");
    await expect(rig.gateway.apply({ version: 6, routes: [] })).rejects.toMatchObject({ code: "conflict" });
    expect(rig.gateway.observe().servedVersion).toBe(7);
    expect((await ask(rig.port)).body).toBe("one");
  });

  it("an upstream without history is not in the load", async () => {
    const rig = await startRig();
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("x"))] }));
    expect(rig.gateway.observe().load).toEqual({});
    await ask(rig.port);
    const at = expect.stringMatching(/^\d{4}-.*Z$/);
    expect(rig.gateway.observe().load.u).toEqual({ requests: 0, upgraded: 0, lastActivityAt: at, lastVisitAt: at });
  });

  it("under a storm of switches no request is lost", async () => {
    const rig = await startRig();
    const upstreams = [await httpUpstream("a", text("ok")), await httpUpstream("b", text("ok"))];
    await rig.serve(route({ upstreams: upstreams.slice(0, 1) }));
    let isOver = false;
    const statuses: number[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) statuses.push((await ask(rig.port)).status);
    });
    for (let i = 0; i < 40; i++) {
      await rig.serve(route({ state: "holding" }));
      await rig.serve(route({ upstreams: [upstreams[i % 2] as (typeof upstreams)[0]] }));
    }
    isOver = true;
    await Promise.all(clients);
    expect(statuses.length).toBeGreaterThan(40);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it("on close the last answers come whole, with their connections ended, and held requests get a 503", async () => {
    const rig = await startRig();
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const upstream = await httpUpstream("u", async (_request, response) => {
      begun.resolve();
      await finish.promise;
      response.end("whole");
    });
    await rig.serve(route({ upstreams: [upstream] }), route({ id: "route-2", hosts: ["held.localhost"], state: "holding" }));
    const socket = await openRaw(rig.port);
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await begun.promise;
    const waiting = new Promise((resolve) => rig.gateway.wakes.listen(resolve));
    const held = ask(rig.port, { headers: { host: "held.localhost" } });
    await waiting;
    const closed = rig.gateway.close(10);
    expect((await held).status).toBe(503);
    const answer = readUntil(socket, "whole");
    finish.resolve();
    expect(await answer).toMatch(/connection: close/i);
    await closed;
    await expect(ask(rig.port)).rejects.toThrow("ECONNREFUSED");
  });
});
