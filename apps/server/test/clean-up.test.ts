import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { CleanUpPlanView } from "@agentpod/core/api/clean-up-view";
import type { Pod } from "@agentpod/core/pod";
import { podSpec } from "@agentpod/core/pod-spec";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { sweepCleanUps } from "../src/clean-up/clean-up-sweep.ts";
import { cleanUps } from "../src/clean-up/clean-ups.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { type CleanUpRig, cleanUpRig, usualPolicy } from "./clean-up-rig.ts";

let rig: ApiRig;
let tenantId: string;
let code: CleanUpRig;
const wait = { timeout: 120_000, interval: 100 };
const hourMs = 3_600_000;
const system: ApiRig["deps"]["database"]["asSystem"] = (work) => rig.deps.database.asSystem(work);

/** A pod's row that is not started, made from this code. */
const newPod = (name: string, artifact: string, desired: "stopped" | "running" = "stopped"): Promise<Pod> =>
  system(async (store) => {
    const id = randomUUID();
    const spec = specOf(artifact);
    await store.pods.insert({ id, tenantId, name, template: null, inputs: {}, spec, server: "local", actor: "token:test" });
    return desired === "stopped" ? store.pods.setDesired(id, "stopped") : store.pods.getById(id);
  });
const specOf = (artifact: string) => podSpec.parse({ units: [{ name: "app", image: "hello:1", code: { artifact, path: "/app" } }] });

/** An application that was deployed so many times, each of another source and build. */
async function application(name: string, count: number, state: "succeeded" | "failed" = "succeeded"): Promise<Pod> {
  let pod: Pod | null = null;
  for (let n = 1; n <= count; n++) {
    const [source, artifact] = [await code.give(`${name} source ${n}`), await code.give(`${name} build ${n}`)];
    const { id }: Pod = pod ?? (await newPod(name, artifact));
    const spec = { spec: specOf(artifact), inputs: {}, template: null, actor: "token:test" };
    pod = await system((store) => (n === 1 ? store.pods.getById(id) : store.pods.updateSpec(id, spec)));
    const generation = Math.max(...(await system((store) => store.pods.revisions(id))).map((one) => one.generation));
    await system(async (store) => {
      const deployment = { id: randomUUID(), tenantId, tenant: "acme", name, action: "deploy" as const, source, origin: "a folder" };
      await store.deployments.insert({ ...deployment, settings: {}, target: null, actor: "token:test", given: {} });
      await store.deployments.update(deployment.id, { artifact, podId: id, generation });
      await store.deployments.finish(deployment.id, { state, step: null, message: "" });
    });
  }
  if (pod === null) throw new Error("nothing was deployed");
  return pod;
}

const plan = async (): Promise<CleanUpPlanView> => (await request(rig, rig.adminToken, "GET", "/clean-up/plan")).body;
const run = async () => (await request(rig, rig.adminToken, "POST", "/clean-up")).body;

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  tenantId = (await rig.admin.tenants.create({ name: "acme" })).id;
  code = cleanUpRig(rig, tenantId);
}, 120_000);
afterAll(() => rig?.close());
beforeEach(async () => {
  await code.setPolicy(usualPolicy);
});

describe("P16 clean-up", { timeout: 120_000 }, () => {
  it("of an application's releases the newest stay: what others ran from goes, row and file, and they cannot be gone back to", async () => {
    const pod = await application("web", 4);
    await code.setPolicy({ releases: 2 });
    const found = await plan();
    expect(found.goes.map(({ kind, name, bytes }) => [kind, name.replace(/^sha256:\w+ /, ""), bytes]).toSorted()).toEqual([
      ...["#1", "#1", "#2", "#2"].map((number) => ["artifact", `(acme/web ${number})`, 600]),
      ...["#1", "#2"].map((number) => ["release", `acme/web ${number}`, null]),
    ]);
    expect(found.bytes).toBe(2400);
    expect(found.stays.find(({ id }) => id === code.digestOf("web build 4"))?.reason).toBe("Pod acme/web is made from it.");
    // Looking changes nothing.
    expect(await code.isThere(code.fileOf("web source 1"))).toBe(true);
    const done = await run();
    expect(done).toMatchObject({ gone: { release: 2, artifact: 4, image: 0 }, bytes: 2400, problems: [] });
    for (const [n, stays] of [1, 2, 3, 4].map((each) => [each, each > 2] as const))
      expect([await code.isThere(code.fileOf(`web source ${n}`)), await code.isThere(code.fileOf(`web build ${n}`))]).toEqual([
        stays,
        stays,
      ]);
    expect((await system((store) => store.pods.revisions(pod.id))).length).toBe(2);
    expect(await system((store) => store.artifacts.allowed(code.digestOf("web source 2"), tenantId))).toBe(false);
    expect((await plan()).goes).toEqual([]);
    expect((await run()).gone).toMatchObject({ release: 0, artifact: 0 });
    const back = (number: number) => request(rig, rig.adminToken, "POST", "/tenants/acme/deployments/web/rollback", { number });
    expect(await back(1)).toMatchObject({ status: 409 });
    expect(await back(3)).toMatchObject({ status: 202 });
    // It is being deployed now: nothing of it is touched, however little is kept.
    await code.setPolicy({ releases: 1 });
    expect((await plan()).goes).toEqual([]);
  });

  it("is told in the events with its totals, and by whom", async () => {
    const done = await run();
    const event = await vi.waitFor(async () => {
      const { body } = await request(rig, rig.adminToken, "GET", "/events?limit=200");
      const one = body.findLast(
        ({ type, data }: { type: string; data: { at: string } }) => type === "clean_up.done" && data.at === done.at,
      );
      if (!one) throw new Error("not told yet");
      return one;
    }, wait);
    expect(event).toMatchObject({ result: "ok", actor: expect.stringMatching(/^token:/), data: { gone: done.gone, bytes: done.bytes } });
    const { body } = await request(rig, rig.adminToken, "GET", "/clean-up");
    expect(body).toMatchObject({ last: { at: done.at }, policy: { releases: 5 }, disk: { home: { freeMb: 100_000 } } });
  });

  it("what was handed over waits for its use; what nothing knows is taken, also what a crash left", async () => {
    await code.give("never used");
    await code.give("just given");
    await rig.asSystem(`update agentpod.artifacts set given_at = now() where digest = '${code.digestOf("just given")}'`);
    // A file without a row, and one that came just now and whose row may follow.
    for (const text of ["lost", "coming"]) await writeFile(code.fileOf(text), code.contentOf(text));
    await code.age(code.fileOf("lost"), 2);
    for (const name of ["old.part", "new.part"]) await writeFile(join(code.folder, name), "half");
    await code.age(join(code.folder, "old.part"), 30);
    expect((await run()).problems).toEqual([]);
    expect(await Promise.all(["never used", "just given", "lost", "coming"].map((text) => code.isThere(code.fileOf(text))))).toEqual([
      false,
      true,
      false,
      true,
    ]);
    expect(await Promise.all(["old.part", "new.part"].map((name) => code.isThere(join(code.folder, name))))).toEqual([false, true]);
  });

  it("broken off between rows and files it leaves what the next one takes", async () => {
    for (const text of ["one", "two"]) await code.give(text);
    const broken = cleanUps({
      ...rig.cleanUp,
      artifacts: { list: rig.cleanUp.artifacts.list, remove: async () => Promise.reject(new Error("the power failed")) },
    });
    const { problems, gone } = await broken.run("test");
    expect([problems.length, gone.artifact]).toEqual([2, 0]);
    expect(await system((store) => store.artifacts.allowed(code.digestOf("one"), tenantId))).toBe(false);
    expect(await code.isThere(code.fileOf("one"))).toBe(true);
    expect((await plan()).goes.map(({ reason }) => reason)).toEqual(Array(2).fill("It was left over: nothing in the database knows it."));
    expect((await run()).gone.artifact).toBe(2);
    expect([await code.isThere(code.fileOf("one")), await code.isThere(code.fileOf("two"))]).toEqual([false, false]);
  });

  it("killed right after its rows it can be made again, and takes what was left", async () => {
    await code.give("three");
    const killed = cleanUps({ ...rig.cleanUp, isBackingUp: async () => Promise.reject(new Error("killed")) });
    await expect(killed.run("test")).rejects.toThrow("killed");
    expect([await code.isThere(code.fileOf("three")), (await run()).gone.artifact]).toEqual([true, 1]);
    expect(await code.isThere(code.fileOf("three"))).toBe(false);
    // One that failed is under way no longer.
    await expect(killed.run("test")).rejects.toThrow("killed");
  });

  it("what comes again while it is being taken away is there afterwards, row and file", async () => {
    await code.give("again");
    const slow = cleanUps({
      ...rig.cleanUp,
      // Between the rows and the files somebody hands the same content over.
      isBackingUp: async () => {
        const { digest, bytes } = await rig.deps.artifacts.put(Readable.from([code.contentOf("again")]), tenantId);
        await system((store) => store.artifacts.insert({ digest, bytes, tenant: tenantId }));
        return false;
      },
    });
    expect((await slow.run("test")).gone.artifact).toBe(0);
    expect(await code.isThere(code.fileOf("again"))).toBe(true);
    expect(await system((store) => store.artifacts.allowed(code.digestOf("again"), tenantId))).toBe(true);
    expect((await plan()).goes).toEqual([]);
  });

  it("leaves files alone while a backup of AgentPod reads them", async () => {
    await code.give("backed up");
    const { problems } = await cleanUps({ ...rig.cleanUp, isBackingUp: async () => true }).run("test");
    expect(problems).toEqual(["A backup of AgentPod is being made: files of artifacts are left to the next clean-up."]);
    expect(await code.isThere(code.fileOf("backed up"))).toBe(true);
    await run();
    expect(await code.isThere(code.fileOf("backed up"))).toBe(false);
  });

  it("images of specs to which a pod does not go back go; that of what runs never, and what is not known stays", async () => {
    const artifact = await code.give("image 1");
    const next = await code.give("image 2");
    const built = (digest: string) => ({ units: [{ name: "app", build: { artifact: digest } }] });
    const pod = await rig.admin.pods.create("acme", { name: "built", spec: built(artifact) });
    const images = async () => (await rig.deps.runtime.stored([])).images.filter((image) => image.pod === pod.id).length;
    await vi.waitFor(async () => {
      await rig.admin.reconcile(false);
      expect(await images()).toBe(1);
    }, wait);
    expect((await request(rig, rig.adminToken, "PATCH", "/tenants/acme/pods/built", { spec: built(next), generation: 1 })).status).toBe(
      202,
    );
    await vi.waitFor(async () => {
      await rig.admin.reconcile(false);
      expect(await images()).toBe(2);
      expect((await rig.deps.runtime.stored([])).images.filter((image) => image.pod === pod.id && image.isUsed)).toHaveLength(1);
    }, wait);
    for (const each of rig.machine.find(await system((store) => store.settings.installation()), pod.id)?.images.values() ?? [])
      each.builtAt = new Date(Date.now() - 5 * hourMs).toISOString();
    expect((await plan()).goes.filter(({ kind }) => kind === "image")).toEqual([]);
    await code.setPolicy({ releases: 1 });
    expect((await plan()).goes.filter(({ kind }) => kind === "image")).toMatchObject([
      { reason: "acme/built has newer ones to go back to." },
    ]);
    expect((await run()).gone.image).toBe(1);
    expect(await images()).toBe(1);
    expect((await plan()).goes).toEqual([]);
    await rig.admin.pods.delete("acme", "built");
    await vi.waitFor(async () => {
      await rig.admin.reconcile(false);
      expect(await images()).toBe(0);
    }, wait);
  });

  it("caches of builds beyond their room go with the pods in which was built, by the reconciler", async () => {
    const spec = { units: [{ name: "app", image: "hello:1", volumes: [{ name: "home", path: "/home" }] }] };
    const pod = await rig.admin.pods.create("acme", { name: "cached-build", spec });
    const phase = async () => (await system((store) => store.pods.getById(pod.id))).status.phase;
    await rig.admin.reconcile(false);
    const [unit] = (await rig.deps.runtime.observe([pod.id])).units;
    if (!unit) throw new Error("it was not started");
    const { pack } = await import("tar-stream");
    const tar = pack();
    tar.entry({ name: "big" }, Buffer.alloc(3 * 1024 * 1024));
    tar.finalize();
    await rig.deps.runtime.writeFiles(unit.id, "/home", Readable.from(tar));
    await system(async (store) => {
      const deployment = {
        id: randomUUID(),
        tenantId,
        tenant: "acme",
        name: "cached",
        action: "deploy" as const,
        source: code.digestOf("x"),
      };
      await store.deployments.insert({ ...deployment, origin: "", settings: {}, target: null, actor: "token:test", given: {} });
      await store.deployments.update(deployment.id, { buildPodId: pod.id });
      await store.deployments.finish(deployment.id, { state: "failed", step: "build", message: "" });
    });
    await code.setPolicy({ buildCacheMb: 2 });
    const cache = async () => [...(await plan()).goes, ...(await plan()).stays].find(({ kind }) => kind === "build_cache");
    expect(await cache()).toMatchObject({ reason: "Something is under way in it." });
    await rig.admin.pods.stop("acme", "cached-build");
    await vi.waitFor(async () => {
      await rig.admin.reconcile(false);
      expect(await phase()).toBe("stopped");
    }, wait);
    expect(await cache()).toMatchObject({ name: "acme/cached-build", bytes: 3 * 1024 * 1024 });
    expect((await run()).gone.build_cache).toBe(1);
    await vi.waitFor(async () => {
      await rig.admin.reconcile(false);
      expect((await request(rig, rig.adminToken, "GET", "/tenants/acme/pods/cached-build")).status).toBe(404);
    }, wait);
    expect(await rig.deps.runtime.observe([pod.id])).toEqual({ units: [], pods: [], volumes: [] });
    expect((await plan()).goes).toEqual([]);
  });

  it("is made by itself as often as the policy says, and not at all where it says so", async () => {
    let now = Date.now();
    const deps = { ...rig.cleanUp, clock: () => new Date(now) };
    const made = () => sweepCleanUps(deps, cleanUps(deps));
    await made();
    expect(await made()).toBe(false);
    now += 25 * hourMs;
    expect(await made()).toBe(true);
    expect(await made()).toBe(false);
    await code.setPolicy({ everyHours: null });
    now += 1000 * hourMs;
    expect(await made()).toBe(false);
  });

  it("what the runtime does not tell is left alone, and said", async () => {
    rig.machine.lose();
    try {
      const { problems, goes } = await plan();
      expect([problems, goes.filter(({ kind }) => kind === "image")]).toEqual([
        [expect.stringMatching(/^Images and caches could not be looked at: /)],
        [],
      ]);
    } finally {
      rig.machine.restore();
    }
  });

  it.each([
    ["releases", 0],
    ["unusedHours", 0],
    ["freeMb", -1],
    ["everyHours", 0],
    ["other", 1],
  ])("refuses a policy with %s %i", async (key, value) => expect((await code.setPolicy({ [key]: value })).status).toBe(400));
});
