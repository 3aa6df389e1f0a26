import { describe, expect, it } from "vitest";
import { ask } from "./ask.ts";
import { deadUpstream, httpUpstream, rawUpstream, route, startRig, text } from "./rig.ts";

const portOf = (upstream: { address: { kind: string; port?: number } }): number => upstream.address.port ?? 0;

describe("P7 ports of routes", () => {
  it("a route's own port serves it whatever the Host, and closes with it", async () => {
    const rig = await startRig();
    const publicPort = portOf(await deadUpstream("free"));
    const upstreams = [await httpUpstream("u", text("by port"))];
    await rig.serve(route({ upstreams, publicPort }));
    expect((await ask(publicPort, { headers: { host: `192.0.2.1:${publicPort}` } })).body).toBe("by port");
    expect((await ask(publicPort, { headers: { host: "other-pod.localhost" } })).body).toBe("by port");
    await rig.serve(route({ upstreams }));
    await expect(ask(publicPort)).rejects.toThrow("ECONNREFUSED");
  });

  it("on a port of its own nothing else is served, AgentPod's API neither", async () => {
    const rig = await startRig();
    const publicPort = portOf(await deadUpstream("free"));
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("app"))], publicPort, path: "/app" }));
    expect((await ask(publicPort, { path: "/app", headers: { host: "localhost" } })).body).toBe("app");
    expect((await ask(publicPort, { path: "/api/v1/pods", headers: { host: "localhost" } })).status).toBe(404);
  });

  it("a taken port is told, does not stop the others, and is opened once it is free, without a new table", async () => {
    const rig = await startRig();
    const taken = await rawUpstream("taken", () => {});
    const publicPort = portOf(taken);
    await rig.serve(route({ upstreams: [await httpUpstream("u", text("served"))], publicPort }));
    const woken = Promise.withResolvers<void>();
    rig.gateway.wakes.listen(() => woken.resolve());
    await new Promise((resolve) => taken.server.close(resolve));
    await woken.promise;
    expect(rig.gateway.observe().portErrors).toEqual({});
    expect((await ask(publicPort)).body).toBe("served");
  });

  it("a taken port is told, does not stop the others, and is tried again at the next table", async () => {
    const rig = await startRig();
    const taken = await rawUpstream("taken", () => {});
    const publicPort = portOf(taken);
    const upstreams = [await httpUpstream("u", text("served"))];
    await rig.serve(route({ upstreams, publicPort }));
    expect(rig.gateway.observe().portErrors["route-1"]).toContain(`Port ${publicPort} is taken`);
    expect((await ask(rig.port)).body).toBe("served");
    await new Promise((resolve) => taken.server.close(resolve));
    await rig.serve(route({ upstreams, publicPort }));
    expect(rig.gateway.observe().portErrors).toEqual({});
    expect((await ask(publicPort)).body).toBe("served");
  });
});
