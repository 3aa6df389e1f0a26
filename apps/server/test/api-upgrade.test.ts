import type { Client } from "@agentpod/client/create-client";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { isEnded } from "@agentpod/core/operation";
import { roles } from "@agentpod/core/permission";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import { homeAt } from "@agentpod/host/home";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { type OperationRunner, startOperationRunner } from "../src/workflows/operation-runner.ts";
import { upgradePods } from "../src/workflows/upgrade-pods.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

/** Answers, except where a pod of the name is at the version that it cannot stand. */
const program: MemoryProgram = ({ run }) => ({
  request(_request, response) {
    const { VERSION, BREAKS } = run.env;
    response.statusCode = VERSION === BREAKS ? 500 : 200;
    response.end(VERSION);
  },
});

const template = (version: string, inputs: Record<string, unknown> = {}, volumes: unknown[] = []) => ({
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "shop",
  title: { en: "Shop", zh: "商店" },
  description: { en: version, zh: version },
  inputs: { breaks: { type: "string", default: "never" }, password: { type: "string", generate: "password" }, ...inputs },
  spec: {
    units: [
      {
        name: "app",
        image: "shop:1",
        env: { VERSION: version, BREAKS: "{{ inputs.breaks }}", PASSWORD: "{{ inputs.password }}" },
        ports: [{ name: "http", container: 80 }],
        probe: { kind: "http", port: "http", path: "/", intervalSeconds: 1, startSeconds: 5 },
        volumes,
      },
    ],
    routes: [{ unit: "app", port: "http" }],
  },
});

let rig: ApiRig;
let acme: Client;
let runner: OperationRunner;
const wait = { timeout: 120_000, interval: 50 };
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { program });
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  acme = rig.client(await rig.token("acme", roles.operator));
  const { database, runtime, hosts, machine, clock, log } = rig.deps;
  const installation = await database.asSystem((store) => store.settings.installation());
  const guard = outboundGuard({ allow: [], resolve: async () => [] });
  const { masterKey } = rig;
  const volumes = { database, runtime, masterKey, home: homeAt(rig.logFolder), guard, installation, hosts, machine, clock, log };
  runner = startOperationRunner({
    workflows: [upgradePods({ deps: { runtime, hosts }, machine, volumes })],
    database,
    workflowDatabase: openWorkflowDatabase(rig.ownerUrl, rig.masterKey),
    feed: eventFeed(database, log),
    owner: "test",
    crash: () => undefined,
    clock,
    log,
  });
  await rig.admin.templates.apply(template("1") as never);
});
afterAll(async () => {
  await runner?.stop();
  await rig?.close();
});

const create = async (name: string, breaks = "never", tenant = "acme") => {
  await rig.admin.pods.create(tenant, { name, template: "shop", inputs: { breaks } });
  await vi.waitFor(async () => expect(await rig.admin.pods.get(tenant, name)).toMatchObject({ phase: "running" }), wait);
};
const ended = (id: string): Promise<OperationView> =>
  vi.waitFor(async () => {
    const operation = await rig.admin.operations.get(id);
    expect(isEnded(operation.state), JSON.stringify(rig.logged)).toBe(true);
    return operation;
  }, wait);
const versions = async (tenant = "acme") =>
  Object.fromEntries((await rig.admin.pods.list(tenant)).map((pod) => [pod.name, pod.template?.version]));

describe("A9 pod upgrade", { timeout: 300_000 }, () => {
  it("plans without changing anything, and says what a newer version asks for by the field's name", async () => {
    await create("a");
    await create("b", "2");
    await create("c");
    expect((await acme.upgrades.plan({ tenant: "acme" })).map(({ pod, action }) => [pod, action])).toEqual([
      ["acme/a", "current"],
      ["acme/b", "current"],
      ["acme/c", "current"],
    ]);
    await rig.admin.templates.apply(template("2", { size: { type: "integer", minimum: 1 } }) as never);
    const some = await acme.upgrades.plan({ pods: ["acme/c", "acme/a", "acme/c"] });
    expect(some.map(({ pod, action }) => [pod, action])).toEqual([
      ["acme/a", "refused"],
      ["acme/c", "refused"],
    ]);
    await expect(acme.upgrades.plan({ pods: ["acme/a", "bolts/a"] })).rejects.toMatchObject({ code: "not_found" });
    await expect(acme.upgrades.start({ pods: ["acme/a", "acme/nobody"] })).rejects.toMatchObject({ code: "not_found" });
    expect(await acme.upgrades.plan({ pods: ["acme/a"], template: "hello" })).toEqual([]);
    const generations = async () => (await acme.pods.list("acme")).map(({ generation }) => generation);
    const before = await generations();
    expect((await acme.upgrades.plan({ tenant: "acme", pod: "a" }))[0]).toMatchObject({
      ...{ pod: "acme/a", from: 1, to: 2, action: "refused" },
      issues: [{ path: "inputs.size", expected: "a value, for it has no default" }],
    });
    await expect(acme.upgrades.start({ tenant: "acme" })).rejects.toMatchObject({
      code: "invalid",
      issues: ["a", "b", "c"].map((name) => ({ path: `acme/${name} inputs.size`, expected: "a value, for it has no default" })),
    });
    expect(await generations()).toEqual(before);
    expect(await acme.operations.list()).toEqual([]);
  });

  it("upgrades one after another; the one that does not become healthy gets its old version back", async () => {
    await rig.admin.templates.apply(template("2", {}, [{ name: "cache", path: "/cache" }]) as never);
    const password = await rig.admin.pods.revealSecret("acme", "a", "password");
    const { operation } = await acme.upgrades.start({ all: true, settleSeconds: 0, timeoutSeconds: 20 });
    const done = await ended(operation?.id ?? "");
    expect(done).toMatchObject({
      state: "failed",
      message: "Upgraded: 2 of 3; rolled back: 1; failed: 0; changed by somebody else: 0; not begun: 0.",
      output: {
        pods: [
          { pod: "acme/a", from: 1, to: 3, outcome: "upgraded" },
          { pod: "acme/b", from: 1, to: 3, outcome: "rolled_back" },
          { pod: "acme/c", from: 1, to: 3, outcome: "upgraded" },
        ],
      },
    });
    expect(done.steps.map(({ name, subject, state }) => `${subject} ${name} ${state}`)).toEqual([
      "acme/a write-version succeeded",
      "acme/a healthy succeeded",
      "acme/b write-version succeeded",
      expect.stringMatching(/^acme\/b healthy/),
      "acme/b roll-back succeeded",
      "acme/b healthy-again succeeded",
      "acme/c write-version succeeded",
      "acme/c healthy succeeded",
    ]);
    expect(await versions()).toEqual({ a: 3, b: 1, c: 3 });
    expect(await rig.admin.pods.get("acme", "b")).toMatchObject({ phase: "running", inputs: { breaks: "2" }, template: { version: 1 } });
    expect(await rig.admin.pods.revealSecret("acme", "a", "password")).toEqual(password);
    const audit = await rig.admin.events.list({ tenant: "acme", pod: "b", limit: 100 });
    expect(audit.map(({ type }) => type)).toEqual(expect.arrayContaining(["pod.updated", "pod.rolled_back"]));
  });

  it("has nothing to do where all are at the newest version, and goes to a version that is named", async () => {
    expect(await acme.upgrades.start({ tenant: "acme", pod: "a" })).toMatchObject({ operation: null, plan: [{ action: "current" }] });
    await rig.admin.pods.update("acme", "b", { inputs: { breaks: "never" } });
    await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", "b")).phase).toBe("running"), wait);
    const again = await acme.upgrades.start({ tenant: "acme", pod: "b", to: 3, settleSeconds: 0 });
    expect(await ended(again.operation?.id ?? "")).toMatchObject({ state: "succeeded" });
    expect((await versions()).b).toBe(3);
  });

  it("stops after so many that failed, and leaves the rest as it is", async () => {
    for (const name of ["d", "e"]) await create(name, "4");
    await rig.admin.templates.apply(template("4", {}, [{ name: "cache", path: "/cache" }]) as never);
    for (const name of ["a", "b"]) await rig.admin.pods.update("acme", name, { inputs: { breaks: "4" } });
    for (const name of ["a", "b", "d", "e"])
      await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", name)).phase).toBe("running"), wait);
    const planned = async (withState: boolean) =>
      (await acme.upgrades.plan({ tenant: "acme", pod: "a", withState })).map((line) => [line.action, line.withState]);
    expect([await planned(true), await planned(false)]).toEqual([[["upgrade", true]], [["upgrade", false]]]);
    const before = await versions();
    const { operation } = await acme.upgrades.start({ template: "shop", atOnce: 2, stopAfter: 2, settleSeconds: 0, timeoutSeconds: 20 });
    const done = await ended(operation?.id ?? "");
    expect(done).toMatchObject({ state: "failed", message: expect.stringContaining("rolled back: 2; failed: 0") });
    expect(done.output).toMatchObject({ pods: expect.arrayContaining([expect.objectContaining({ pod: "acme/d", outcome: "not_begun" })]) });
    expect(await versions()).toEqual(before);
  });

  it("is cancelled between pods: what was begun is finished, nothing else is begun", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await rig.admin.pods.update("acme", name, { inputs: { breaks: "never" } });
    for (const name of ["a", "b", "c", "d", "e"])
      await vi.waitFor(async () => expect((await rig.admin.pods.get("acme", name)).phase).toBe("running"), wait);
    const { operation } = await acme.upgrades.start({ tenant: "acme", settleSeconds: 8 });
    const id = operation?.id ?? "";
    await vi.waitFor(
      async () =>
        expect((await acme.operations.get(id)).steps).toContainEqual(expect.objectContaining({ name: "healthy", state: "running" })),
      wait,
    );
    await expect(acme.upgrades.start({ tenant: "acme", pod: "e" })).rejects.toMatchObject({ code: "conflict" });
    await acme.operations.cancel(id);
    const done = await ended(id);
    expect(done).toMatchObject({ state: "cancelled", message: expect.stringContaining("Upgraded: 1 of 5") });
    expect(await rig.admin.pods.get("acme", "a")).toMatchObject({ phase: "running", template: { version: 4 } });
    expect(Object.values(await versions()).filter((version) => version === 4)).toHaveLength(1);
  });

  it("of several tenants is for who may everything, and nobody sees another's", async () => {
    await create("w", "never", "bolts");
    const bolts = rig.client(await rig.token("bolts", roles.operator));
    expect(await bolts.operations.list()).toEqual([]);
    await rig.admin.templates.apply(template("5", {}, [{ name: "cache", path: "/cache" }]) as never);
    const { operation } = await rig.admin.upgrades.start({ all: true, atOnce: 3, settleSeconds: 0 });
    const id = operation?.id ?? "";
    expect(operation?.tenant).toBeNull();
    for (const client of [acme, bolts]) await expect(client.operations.get(id)).rejects.toMatchObject({ code: "not_found" });
    await expect(bolts.upgrades.start({ tenant: "acme", pod: "a" })).rejects.toMatchObject({ code: "not_found" });
    expect(await ended(id)).toMatchObject({ state: "succeeded" });
    expect([...new Set([...Object.values(await versions()), ...Object.values(await versions("bolts"))])]).toEqual([5]);
  });

  it("leaves alone what somebody else changes in the midst of it", async () => {
    await rig.admin.templates.apply(template("6", {}, [{ name: "cache", path: "/cache" }]) as never);
    const { operation } = await acme.upgrades.start({ tenant: "acme", pod: "a", settleSeconds: 30 });
    const id = operation?.id ?? "";
    await vi.waitFor(
      async () =>
        expect((await acme.operations.get(id)).steps).toContainEqual(expect.objectContaining({ name: "healthy", state: "running" })),
      wait,
    );
    const mine = await acme.pods.update("acme", "a", { inputs: { breaks: "x" } });
    expect(await ended(id)).toMatchObject({ state: "failed", output: { pods: [{ outcome: "changed" }] } });
    expect((await acme.pods.get("acme", "a")).generation).toBe(mine.generation);
  });

  it.each([
    [{}, "all"],
    [{ pod: "a" }, "tenant"],
    [{ all: true, to: 2 }, "to"],
    [{ tenant: "acme", atOnce: 0 }, "atOnce"],
    [{ tenant: "acme", pod: "a", pods: ["acme/b"] }, "pods"],
    [{ pods: ["acme"] }, "pods[0]"],
    [{ pods: ["acme/a"], to: 2 }, "to"],
  ])("refuses %j, naming %s", async (request, path) => {
    await expect(acme.upgrades.start(request)).rejects.toMatchObject({ code: "invalid", issues: [expect.objectContaining({ path })] });
  });
});
