import { roles } from "@agentpod/core/permission";
import { freePort } from "@agentpod/host/free-port";
import { startForeign } from "@agentpod/runtimes/memory/foreign-containers";
import { helloProgram } from "@agentpod/runtimes/memory/hello-program";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
let count = 0;
const wait = { timeout: 25_000, interval: 20 };

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
});
afterAll(() => rig?.close());
afterEach(() => {
  rig.machine.fault = null;
});

const byHand = async () => startForeign(rig.machine, `by-hand-${++count}`, await freePort(), helloProgram);
const view = (pod: string) => rig.admin.pods.get("acme", pod);
const runs = (pod: string) =>
  vi.waitFor(async () => {
    const now = await view(pod);
    expect(now).toMatchObject({ phase: "running", observedGeneration: now.generation });
    return now;
  }, wait);
const gone = (pod: string) => vi.waitFor(() => expect(view(pod)).rejects.toMatchObject({ code: "not_found" }), wait);
const foreign = async (name: string) => (await rig.admin.adoption.discover()).find((one) => one.name === name);
const adopt = async (pod: string) => {
  const container = await byHand();
  const before = await foreign(container.name);
  await rig.admin.adoption.adopt("acme", pod, { container: container.name });
  return { container, before, now: await runs(pod) };
};

describe("A8 adopting through the API", () => {
  it("discovers without a word of the environment, adopts the same run, and says what it is", async () => {
    const { container, before, now } = await adopt("one");
    expect(JSON.stringify(before)).not.toContain("GREETING");
    expect(before).toMatchObject({ state: "running", restart: "always", obstacles: [], dangers: [] });
    expect(now).toMatchObject({
      adopted: { container: container.name, containerId: container.id, folders: [`/srv/${container.name}`] },
      units: [{ containerId: container.id, startedAt: before?.startedAt, restarts: 0, health: "healthy" }],
    });
    expect(now.conditions).toContainEqual(expect.objectContaining({ type: "Adopted", reason: "AsFound" }));
    expect(await foreign(container.name)).toBeUndefined();
    const events = await rig.admin.events.list({ tenant: "acme", pod: "one" });
    expect(events.find(({ type }) => type === "pod.adopted")?.data).toMatchObject({ container: container.id, dangerous: false });
    expect(JSON.stringify(events)).not.toContain("GREETING");
    await expect(rig.admin.adoption.adopt("acme", "again", { container: container.id })).rejects.toMatchObject({ code: "not_found" });
  });

  it("by two at once, it becomes one pod", async () => {
    const container = await byHand();
    const asked = ["left", "right"].map((pod) => rig.admin.adoption.adopt("acme", pod, { container: container.name }));
    const done = await Promise.allSettled(asked);
    expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const left = done[0]?.status === "fulfilled" ? "left" : "right";
    await runs(left);
    expect((await rig.admin.pods.list("acme")).map(({ name }) => name).filter((name) => ["left", "right"].includes(name))).toEqual([left]);
  });

  it("one that vanishes midway is made anew from what was recorded", async () => {
    const container = await byHand();
    rig.machine.fault = ({ method, when }) => {
      if (method === "adopt" && when === "before") rig.machine.removeContainer(container.id);
    };
    await rig.admin.adoption.adopt("acme", "midway", { container: container.name });
    const now = await runs("midway");
    expect(now.conditions).toContainEqual(expect.objectContaining({ type: "Adopted", reason: "MadeAnew" }));
    await expect(rig.admin.adoption.release("acme", "midway")).rejects.toMatchObject({ code: "conflict" });
  });

  it("keeps to the tenant's quota", async () => {
    await rig.admin.tenants.create({ name: "small", quota: { memoryMb: 1024 } });
    const container = await byHand();
    await expect(rig.admin.adoption.adopt("small", "one", { container: container.name })).rejects.toMatchObject({ code: "quota_exceeded" });
    await rig.admin.adoption.adopt("small", "one", { container: container.name, memoryMb: 512 });
    await vi.waitFor(async () => expect((await rig.admin.pods.get("small", "one")).phase).toBe("running"), wait);
  });

  it("is for admins of the platform: an admin of the tenant sees the pod and neither adopts nor releases", async () => {
    const { container } = await adopt("theirs");
    const theirs = rig.client(await rig.token("acme", roles.admin));
    expect((await theirs.pods.get("acme", "theirs")).adopted).toMatchObject({ container: container.name });
    await expect(theirs.adoption.discover()).rejects.toMatchObject({ code: "forbidden" });
    await expect(theirs.adoption.adopt("acme", "more", { container: container.name })).rejects.toMatchObject({ code: "forbidden" });
    await expect(theirs.adoption.release("acme", "theirs")).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("A8 the end of an adopted pod", () => {
  it("released, the container runs on as it was found", async () => {
    const { container, before } = await adopt("back");
    await rig.admin.adoption.release("acme", "back");
    await gone("back");
    expect(await foreign(container.name)).toMatchObject({
      id: container.id,
      state: "running",
      startedAt: before?.startedAt,
      restart: "always",
    });
    const again = await rig.admin.adoption.adopt("acme", "back", { container: container.name });
    expect(again.adopted?.containerId).toBe(container.id);
    await runs("back");
  });

  it("a release waits while another has the old name", async () => {
    const { container } = await adopt("named");
    const other = await startForeign(rig.machine, container.name, await freePort(), helloProgram);
    await rig.admin.adoption.release("acme", "named");
    await vi.waitFor(async () => expect(JSON.stringify((await view("named")).failures)).toMatch(/rename that one/), wait);
    expect((await view("named")).units).toMatchObject([{ state: "running" }]);
    rig.machine.removeContainer(other.id);
    await gone("named");
    expect(await foreign(container.name)).toMatchObject({ id: container.id, state: "running" });
  });

  it("deletion needs a word on its data; a pod that was not adopted needs none, and cannot be released", async () => {
    const { container } = await adopt("asked");
    await expect(rig.admin.pods.delete("acme", "asked")).rejects.toMatchObject({ code: "invalid", issues: [{ path: "keepData" }] });
    await rig.admin.pods.delete("acme", "asked", false);
    await gone("asked");
    expect(await foreign(container.name)).toBeUndefined();

    await rig.admin.pods.create("acme", { name: "own", spec: { units: [{ name: "app", image: "hello:1" }] } as never });
    await expect(rig.admin.adoption.release("acme", "own")).rejects.toMatchObject({ code: "invalid" });
    await rig.admin.pods.delete("acme", "own");
    await gone("own");
  });

  it("its tenant's end keeps what it brought", async () => {
    await rig.admin.tenants.create({ name: "ends" });
    const container = await byHand();
    await rig.admin.adoption.adopt("ends", "one", { container: container.name });
    const { id } = await rig.admin.pods.get("ends", "one");
    await rig.admin.tenants.delete("ends", true);
    await vi.waitFor(async () => {
      const [grave] = await rig.deps.database.asSystem((store) => store.pods.tombstones([id]));
      expect(grave).toMatchObject({ keepData: true });
    }, wait);
  });
});
