import type { Client } from "@agentpod/client/create-client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";

let rig: ApiRig;
let acme: Client;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme", quota: { pods: 3 } });
  acme = rig.client(await rig.token("acme", roles.admin));
});
afterAll(() => rig.close());

const template = (greeting: string) => ({
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "greeter",
  title: { en: greeting, zh: greeting },
  description: { en: greeting, zh: greeting },
  inputs: { greeting: { type: "string", default: greeting }, password: { type: "string", generate: "password" } },
  spec: webSpec({ GREETING: "{{ inputs.greeting }}", PASSWORD: "{{ inputs.password }}" }),
});

async function untilGone(name: string): Promise<void> {
  await until("acme", name, async () => (await acme.pods.list("acme")).every((pod) => pod.name !== name));
}

/** Looks again at every event of a pod until it is so. */
async function until(tenant: string, pod: string, isSo: () => Promise<boolean>): Promise<void> {
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const watching = (async () => {
    for await (const _ of rig.admin.events.watch({ tenant, pod, signal: stop.signal, onOpen: opened.resolve })) {
      if (await isSo()) return;
    }
  })();
  await opened.promise;
  if (!(await isSo())) await watching;
  stop.abort();
  await watching;
}

const running = (name: string) => async () => (await acme.pods.get("acme", name)).phase === "running";

describe("A2 pods through the API", () => {
  it("are created from a template with inputs, and hide their secrets", async () => {
    await rig.admin.templates.apply(template("Hello") as never);
    const pod = await acme.pods.create("acme", { name: "web", template: "greeter", inputs: { greeting: "Hi" } });
    expect(pod).toMatchObject({
      tenant: "acme",
      name: "web",
      template: { name: "greeter", version: 1 },
      generation: 1,
      secrets: ["password"],
    });
    expect(pod.addresses).toContain("http://web-acme.localhost:3000");
    const revealed = await acme.pods.revealSecret("acme", "web", "password");
    expect(revealed.value.length).toBeGreaterThan(20);
    const everything = JSON.stringify([
      await acme.pods.get("acme", "web"),
      await acme.pods.revisions("acme", "web"),
      await rig.admin.events.list({}),
    ]);
    expect(everything).not.toContain(revealed.value);
    await until("acme", "web", running("web"));
    expect(await acme.pods.health("acme", "web")).toMatchObject({ phase: "running", units: [{ name: "app", state: "running" }] });
    expect(await acme.pods.stats("acme", "web")).toMatchObject([{ unit: "app", memoryBytes: expect.any(Number) }]);
  });

  it("change by a new generation that keeps secrets, and go back", async () => {
    const before = (await acme.pods.revealSecret("acme", "web", "password")).value;
    const updated = await acme.pods.update("acme", "web", { inputs: { greeting: "Bonjour" }, generation: 1 });
    expect(updated).toMatchObject({ generation: 2, inputs: { greeting: "Bonjour" } });
    expect(updated.spec.units[0]?.env.GREETING).toBe("Bonjour");
    expect((await acme.pods.revealSecret("acme", "web", "password")).value).toBe(before);
    await expect(acme.pods.update("acme", "web", { inputs: { greeting: "x" }, generation: 1 })).rejects.toMatchObject({ code: "conflict" });
    const back = await acme.pods.rollback("acme", "web", 1);
    expect(back).toMatchObject({ generation: 3, inputs: { greeting: "Hi" }, template: { name: "greeter", version: 1 } });
    expect(back.addresses).toEqual(updated.addresses);
    expect((await acme.pods.revisions("acme", "web")).map((revision) => revision.generation)).toEqual([3, 2, 1]);
    await expect(acme.pods.rollback("acme", "web", 9)).rejects.toMatchObject({ code: "not_found" });
  });

  it("stay at their template's version until told otherwise", async () => {
    await rig.admin.templates.apply(template("Welcome") as never);
    expect((await acme.pods.update("acme", "web", { inputs: { greeting: "Again" } })).template?.version).toBe(1);
    expect((await acme.pods.update("acme", "web", { template: "greeter" })).template?.version).toBe(2);
    await expect(acme.pods.update("acme", "web", { template: "greeter", spec: webSpec() })).rejects.toMatchObject({ code: "invalid" });
  });

  it("stop, start and restart", async () => {
    expect(await acme.pods.stop("acme", "web")).toMatchObject({ desired: "stopped" });
    const again = await acme.pods.stop("acme", "web");
    const started = await acme.pods.start("acme", "web");
    expect(started).toMatchObject({ desired: "running", generation: again.generation + 1 });
    expect((await acme.pods.restart("acme", "web")).generation).toBe(started.generation + 1);
    await until("acme", "web", running("web"));
  });

  it("are counted against the quota, on start too", async () => {
    for (const name of ["two", "three"]) await acme.pods.create("acme", { name, spec: webSpec() });
    await expect(acme.pods.create("acme", { name: "four", spec: webSpec() })).rejects.toMatchObject({ code: "quota_exceeded" });
    await acme.pods.stop("acme", "two");
    await acme.pods.create("acme", { name: "four", spec: webSpec() });
    await expect(acme.pods.start("acme", "two")).rejects.toMatchObject({ code: "quota_exceeded" });
    await expect(acme.pods.get("acme", "two")).resolves.toMatchObject({ desired: "stopped" });
  });

  it("are refused by a machine without room, which says what is left", async () => {
    const tight = await apiRig(inject("serverUrl"), { deps: { machine: async () => ({ memoryFreeMb: 100, diskFreeMb: 50_000 }) } });
    try {
      await tight.admin.tenants.create({ name: "acme" });
      await expect(tight.admin.pods.create("acme", { name: "web", spec: webSpec() })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("100 MB"),
      });
      expect(await tight.admin.pods.list()).toEqual([]);
    } finally {
      await tight.close();
    }
  });

  it("go with their row", async () => {
    expect(await acme.pods.delete("acme", "three", false)).toMatchObject({ desired: "deleted" });
    await untilGone("three");
    await expect(acme.pods.start("acme", "three")).rejects.toMatchObject({ code: "not_found" });
  });

  it("keep their host when the name it clashed with has gone", async () => {
    await rig.admin.tenants.create({ name: "b-c" });
    await rig.admin.tenants.create({ name: "c" });
    const first = await rig.admin.pods.create("b-c", { name: "a", spec: webSpec() });
    const second = await rig.admin.pods.create("c", { name: "a-b", spec: webSpec() });
    expect(first.addresses).toContain("http://a-b-c.localhost:3000");
    expect(hostsOf(second)).not.toEqual(hostsOf(first));
    await rig.admin.pods.delete("b-c", "a", false);
    await until("b-c", "a", async () => (await rig.admin.pods.list("b-c")).length === 0);
    expect(hostsOf(await rig.admin.pods.update("c", "a-b", { spec: webSpec({ A: "1" }) }))).toEqual(hostsOf(second));
  });
});

const hostsOf = (pod: PodView) => pod.addresses.filter((address) => address.includes(".localhost"));

describe("A1 tenants through the API", () => {
  it("show their pods by phase", async () => {
    const status = await acme.tenants.status("acme");
    expect(status).toMatchObject({ name: "acme", state: "active", quota: { pods: 3 } });
    expect(Object.values(status.phases).reduce((sum, count) => sum + count, 0)).toBe(status.pods.length);
  });

  it("go only when empty, or by force with everything", async () => {
    await expect(rig.admin.tenants.delete("acme", false)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("force"),
    });
    expect(await rig.admin.tenants.delete("acme", true)).toMatchObject({ state: "deleting" });
    expect((await rig.admin.pods.list("acme").catch(() => [])).every((pod) => pod.desired === "deleted")).toBe(true);
    await expect(rig.admin.pods.create("acme", { name: "late", spec: webSpec() })).rejects.toMatchObject({
      code: expect.stringMatching(/conflict|not_found/),
    });
    await rig.admin.tenants.create({ name: "empty" });
    await rig.admin.tenants.delete("empty", false);
    await expect(rig.admin.tenants.status("empty")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("P10 every change is in the event log, refused ones too", () => {
  it("with who, what, from where and the result", async () => {
    await rig.admin.tenants.create({ name: "audited" });
    const auditor = rig.client(await rig.token("audited", roles.admin));
    const { actor } = await auditor.whoami();
    await auditor.pods.create("audited", { name: "web", spec: webSpec({ KEY: "{{ secrets.key }}" }), inputs: { key: "topsecret-value" } });
    await auditor.pods.revealSecret("audited", "web", "key");
    await expect(auditor.pods.create("audited", { name: "web", spec: webSpec() })).rejects.toMatchObject({ code: "conflict" });
    await expect(auditor.tenants.delete("audited", true)).rejects.toMatchObject({ code: "forbidden" });
    const events = await auditor.events.list({ tenant: "audited", limit: 1000 });
    const mine = events.filter((event) => event.actor === actor).map((event) => [event.type, event.result, event.pod]);
    expect(mine).toEqual([
      ["tenant.deleted", "refused", null],
      ["pod.created", "refused", null],
      ["secret.revealed", "ok", "web"],
      ["pod.created", "ok", "web"],
    ]);
    expect(events.every((event) => event.actor === "system" || event.source === "127.0.0.1")).toBe(true);
    expect(JSON.stringify(events)).not.toContain("topsecret-value");
  });

  it("without a stranger writing into another tenant's", async () => {
    const stranger = rig.client(await rig.token("c", roles.admin));
    await expect(stranger.pods.stop("audited", "web")).rejects.toMatchObject({ code: "not_found" });
    const audited = rig.client(await rig.token("audited", roles.admin));
    const types = (await audited.events.list({ limit: 1000 })).map((event) => event.type);
    expect(types).not.toContain("pod.stopped");
    expect((await stranger.events.list({ limit: 1000 })).map((event) => event.type)).toContain("pod.stopped");
  });
});

describe("A19 reconcile and doctor through the API", () => {
  it("prints a plan without doing it, and does one pass", async () => {
    // Pods of the tests before may still be on their way.
    await vi.waitFor(async () => expect(await rig.admin.reconcile(false)).toEqual([]), { timeout: 25_000, interval: 100 });
    const before = await rig.admin.events.list({ limit: 1000 });
    expect(await rig.admin.reconcile(true)).toEqual([]);
    expect(await rig.admin.events.list({ limit: 1000 })).toHaveLength(before.length);
    expect(await rig.admin.reconcile(false)).toEqual([]);
    const [event] = await rig.admin.events.list({ limit: 1 });
    expect(event).toMatchObject({ type: "platform.reconciled", tenant: null, result: "ok" });
  });

  it("gives a line per check", async () => {
    expect(await rig.admin.doctor()).toMatchObject([{ check: "disk", status: "ok", advice: null }]);
    expect(await rig.admin.health()).toMatchObject({ status: "ok" });
  });
});
