import { routePolicies } from "@agentpod/core/route-policies";
import type { Store } from "@agentpod/core/store";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleRoute, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
});
afterAll(() => scratch?.drop());

const system = <T>(work: (store: Store) => Promise<T>) => scratch.database.asSystem(work);
const made = async (name: string) => newPod(scratch.database, await newTenant(scratch.database, name), "web");
const version = async () => (await system((s) => s.routes.table())).version;
const target = {
  state: "serving" as const,
  message: "",
  upstreams: [{ id: "p/app/1", address: { kind: "tcp" as const, host: "127.0.0.1", port: 20_001 } }],
};

describe("P7 the route table", () => {
  it("replace keeps ids by index, and makes a version only for a change", async () => {
    const pod = await made("acme");
    const replace = (...routes: ReturnType<typeof exampleRoute>[]) =>
      scratch.database.asTenants([pod.tenantId], (s) => s.routes.replace(pod.id, routes));
    const before = await version();
    const [first] = await replace(exampleRoute(["a.example.com", "b.example.com"]));
    expect(first).toMatchObject({ index: 0, version: before + 1, state: "unready", upstreams: [], publicPort: null });
    await system((s) => s.routes.set(first?.id as string, target));
    expect(await replace(exampleRoute(["a.example.com", "b.example.com"]))).toMatchObject([{ id: first?.id, version: before + 2 }]);
    expect(await version()).toBe(before + 2);
    const changed = await replace({ ...exampleRoute(["a.example.com"]), path: "/api" }, exampleRoute(["c.example.com"], 1));
    expect(changed).toMatchObject([
      { id: first?.id, path: "/api", version: before + 3, ...target },
      { index: 1, hosts: ["c.example.com"], version: before + 3 },
    ]);
    expect(await system((s) => s.routes.taken(["a.example.com", "b.example.com", "c.example.com"]))).toEqual([
      "a.example.com",
      "c.example.com",
    ]);
    expect(await replace()).toEqual([]);
    expect(await version()).toBe(before + 4);
  });

  it("set tells the version it made, or the version as it is", async () => {
    const pod = await made("sets");
    const [route] = await system((s) => s.routes.replace(pod.id, [exampleRoute(["sets.example.com"])]));
    const id = route?.id as string;
    const made1 = await system((s) => s.routes.set(id, target));
    expect(await system((s) => s.routes.set(id, target))).toBe(made1);
    expect(await system((s) => s.routes.set(id, { ...target, state: "holding" }))).toBe(made1 + 1);
    await system((s) => s.routes.setPublicPort(id, 30_001));
    const table = await system((s) => s.routes.table());
    expect(table.version).toBe(made1 + 2);
    expect(table.routes.find((r) => r.id === id)).toEqual({
      id,
      pod: pod.id,
      label: "sets/web",
      hosts: ["sets.example.com"],
      publicPort: 30_001,
      path: "/",
      ...target,
      state: "holding",
      holdSeconds: 10,
      timeoutSeconds: 60,
      drainSeconds: 30,
    });
  });

  it("policies are in the table only where there are some, a sleeping route waits as long as its pod may take to wake", async () => {
    const pod = await made("policed");
    const policies = routePolicies.parse({ maxBodyBytes: 10, requestHeaders: { set: { "X-B": "1", "X-A": "2" } } });
    const route = { ...exampleRoute(["policed.example.com"]), policies, wake: true, wakeSeconds: 90 };
    const [row] = await system((s) => s.routes.replace(pod.id, [route]));
    expect(row).toMatchObject({ policies, split: null, wake: true, wakeSeconds: 90 });
    const id = row?.id as string;
    const entry = async () => (await system((s) => s.routes.table())).routes.find((r) => r.id === id);
    expect(await entry()).toMatchObject({ policies, holdSeconds: 10 });
    await system((s) => s.routes.set(id, { state: "sleeping", message: "asleep", upstreams: [] }));
    expect(await entry()).toMatchObject({ state: "sleeping", holdSeconds: 90 });
    expect(await entry()).not.toHaveProperty("ignoresOpenPages");
    const spec = { ...pod.spec, idle: { sleepAfterSeconds: 60, openPages: "ignore" as const } };
    await system((s) => s.pods.updateSpec(pod.id, { spec, inputs: {}, template: null, actor: "test" }));
    expect(await entry()).toMatchObject({ state: "sleeping", ignoresOpenPages: true });
    const before = await version();
    await system((s) => s.routes.replace(pod.id, [{ ...route, policies: routePolicies.parse(policies) }]));
    expect(await version()).toBe(before);
    await system((s) => s.routes.replace(pod.id, [{ ...route, policies: null }]));
    expect(await version()).toBe(before + 1);
    expect(await entry()).not.toHaveProperty("policies");
    expect(await system((s) => s.routes.wakeable(id))).toEqual({ pod: pod.id, desired: "running", wake: true });
    expect(await system((s) => s.routes.wakeable(pod.id))).toBeNull();
  });

  it("a split goes to the other pod's route of the same path and tenant, or nowhere", async () => {
    const tenant = await newTenant(scratch.database, "splits");
    const stranger = await made("stranger");
    await system((s) => s.routes.replace(stranger.id, [{ ...exampleRoute(["stranger.example.com"]), path: "/only" }]));
    const [blue, green] = [await newPod(scratch.database, tenant, "blue"), await newPod(scratch.database, tenant, "green")];
    const to = (pod: string, path = "/") => ({ ...exampleRoute([]), path, split: { pod, percent: 20 } });
    const [route] = await system((s) => s.routes.replace(blue.id, [to("green")]));
    const splitOf = async () => (await system((s) => s.routes.table())).routes.find((r) => r.id === route?.id)?.split;
    expect(await splitOf()).toBeUndefined();
    const other = [{ ...exampleRoute([], 0), path: "/x" }, exampleRoute(["green.example.com"], 1), exampleRoute([], 2)];
    const rows = await system((s) => s.routes.replace(green.id, other));
    expect(await splitOf()).toEqual({ route: rows[1]?.id, percent: 20 });
    for (const split of [to("blue"), to("missing"), to("web", "/only")]) {
      await system((s) => s.routes.replace(blue.id, [split]));
      expect(await splitOf()).toBeUndefined();
    }
  });

  it("every routed host is told once, with its tenant", async () => {
    const pod = await made("hosted");
    await system((s) => s.routes.replace(pod.id, [exampleRoute(["h.example.com"]), { ...exampleRoute(["h.example.com"], 1), path: "/b" }]));
    expect((await system((s) => s.routes.hosts())).filter((h) => h.tenantId === pod.tenantId)).toEqual([
      { host: "h.example.com", tenantId: pod.tenantId },
    ]);
  });

  it("a host belongs to one pod: another is refused by its name, and never told whose it is", async () => {
    const one = await made("owner");
    const two = await made("wanter");
    await system((s) => s.routes.replace(one.id, [exampleRoute(["shop.example.com"])]));
    const asTwo = <T>(work: (store: Store) => Promise<T>) => scratch.database.asTenants([two.tenantId], work);
    const attempt = asTwo((s) => s.routes.replace(two.id, [exampleRoute(["free.example.com", "shop.example.com"])]));
    await expect(attempt).rejects.toMatchObject({ code: "conflict", message: "The host name shop.example.com is taken: choose another." });
    expect(await asTwo((s) => s.routes.taken(["shop.example.com", "free.example.com"]))).toEqual(["shop.example.com"]);
  });

  it("two that want one host at once: one gets it", async () => {
    const pods = [await made("left"), await made("right")];
    const outcomes = await Promise.allSettled(pods.map((p) => system((s) => s.routes.replace(p.id, [exampleRoute(["race.example.com"])]))));
    expect(outcomes.map((o) => o.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("many changes at once lose no version", async () => {
    const before = await version();
    const pods = await Promise.all(["w1", "w2", "w3", "w4", "w5"].map(made));
    await Promise.all(pods.map((p) => system((s) => s.routes.replace(p.id, [exampleRoute([`${p.tenant}.example.com`])]))));
    expect(await version()).toBe(before + 5);
  });
});

describe("P5 allocations", () => {
  it("are unique per server and kind; the same again has no effect", async () => {
    const [one, two] = [await made("first"), await made("second")];
    const port = { kind: "port" as const, value: 21_000, purpose: "app/1/http" };
    for (const _again of [1, 2]) await system((s) => s.allocations.insert(one.id, "local", port));
    await expect(system((s) => s.allocations.insert(two.id, "local", port))).rejects.toMatchObject({ code: "conflict" });
    const other = { ...port, value: 21_001 };
    await expect(system((s) => s.allocations.insert(one.id, "local", other))).rejects.toMatchObject({ code: "conflict" });
    await system((s) => s.allocations.insert(two.id, "local", { ...port, kind: "public_port" }));
    expect((await system((s) => s.allocations.used("local"))).port).toEqual([21_000]);
    await system((s) => s.allocations.delete(one.id, port));
    await system((s) => s.allocations.insert(two.id, "local", port));
  });
});
