import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type BackupRig, backupRig, notebookSpec } from "./volume-backup-rig.ts";

let rig: BackupRig;
beforeAll(async () => {
  rig = await backupRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

const get = async (id: string) => (await rig.call("GET", `/pod-backups/${id}`)).body;
const events = async (pod: string) =>
  (await rig.api.admin.events.list({ tenant: "acme", pod, limit: 100 })).map(({ type, result }) => `${type} ${result}`);

describe("A16 backup of a pod's volumes", { timeout: 120_000 }, () => {
  it("stands still for the copy, runs again, and counts only once it was read back", async () => {
    const before = await rig.create("web");
    await rig.write("web", "first");
    const id = await rig.backUp("web");
    expect(await get(id)).toMatchObject({
      ...{ state: "ready", pod: "web", trigger: "request", target: null },
      volumes: [{ unit: "app", volume: "data", how: "stopped", bytes: 5 }],
    });
    expect((await get(id)).verifiedAt).not.toBeNull();
    await rig.reaches("web", "running");
    expect(await rig.page("web")).toBe("first");
    const after = await rig.pod("web");
    expect(after.held).toBeNull();
    expect(after.status.units[0]?.revision).toBe(before.status.units[0]?.revision);
    expect((await rig.files()).filter((path) => path.includes("acme/web"))).toHaveLength(1);
    expect(await events("web")).toEqual(expect.arrayContaining(["pod.backup_made ok", "pod.backup_asked ok"]));
  });

  it("copies beside a running unit where it may: live by request, or by the unit's own command", async () => {
    await rig.create("live", { how: "command", command: ["copy"], folder: ".copy" });
    await rig.write("live", "now");
    const { startedAt } = (await rig.pod("live")).status.units[0] ?? {};
    const byCommand = await rig.backUp("live");
    expect((await get(byCommand)).volumes).toMatchObject([{ how: "command" }]);
    await rig.create("asked");
    expect((await get(await rig.backUp("asked", { live: true }))).volumes).toMatchObject([{ how: "live" }]);
    expect((await rig.pod("live")).status.units[0]?.startedAt).toBe(startedAt);
    const restored = await rig.ended(`/pod-backups/${byCommand}/restore`);
    expect([restored.state, restored.message]).toEqual(["succeeded", expect.any(String)]);
    expect(await rig.page("live")).toBe("copy of now");
  });

  it("fails with the command's own last word, and leaves nothing", async () => {
    await rig.create("broken", { how: "command", command: ["absent"], folder: ".copy" });
    const { state, message, asked } = await rig.ended("/pods/broken/backups");
    expect([state, message]).toEqual(["failed", "The backup command of app ended with exit code 3: there is no such program"]);
    expect(await get(asked.backup ?? "")).toMatchObject({ state: "failed", message });
    expect((await rig.files()).filter((path) => path.includes("acme/broken"))).toEqual([]);
    expect(await events("broken")).toContain("pod.backup_failed failed");
  });

  it("copies a stopped pod too, which stays stopped; a pod without volumes has nothing to copy", async () => {
    await rig.create("stopped");
    await rig.write("stopped", "asleep");
    await rig.api.admin.pods.stop("acme", "stopped");
    await rig.reaches("stopped", "stopped");
    const id = await rig.backUp("stopped");
    expect((await get(id)).volumes).toMatchObject([{ how: "stopped", bytes: 6 }]);
    expect(await rig.pod("stopped")).toMatchObject({ desired: "stopped", held: null });
    await rig.create("nothing", { how: "none" });
    expect(await rig.ended("/pods/nothing/backups")).toMatchObject({
      state: "failed",
      message: "acme/nothing has no volume that is backed up.",
    });
  });
});

describe("A16 restore", { timeout: 120_000 }, () => {
  it("brings the data back into its pod, and the copy that was replaced goes", async () => {
    await rig.create("back");
    await rig.write("back", "kept");
    const id = await rig.backUp("back");
    await rig.reaches("back", "running");
    await rig.write("back", "lost");
    const { state, message } = await rig.ended(`/pod-backups/${id}/restore`);
    expect([state, message]).toEqual(["succeeded", "The data is back, and the pod is up with it."]);
    expect(await rig.page("back")).toBe("kept");
    const pod = await rig.pod("back");
    expect(pod).toMatchObject({ held: null, volumeCopies: { "app/data": 1 } });
    await expect.poll(async () => (await rig.api.deps.runtime.observe([pod.id])).volumes.map(({ volume }) => volume)).toEqual(["data.1"]);
    await rig.ended(`/pod-backups/${id}/restore`);
    expect((await rig.pod("back")).volumeCopies).toEqual({ "app/data": 2 });
    expect(await rig.page("back")).toBe("kept");
  });

  it("brings the data back that was destroyed", async () => {
    const { id: pod } = await rig.create("gone");
    await rig.write("gone", "precious");
    const id = await rig.backUp("gone");
    await rig.reaches("gone", "running");
    await rig.api.admin.pods.stop("acme", "gone");
    await rig.reaches("gone", "stopped");
    await rig.api.deps.runtime.removeVolume({ pod, unit: "app", volume: "data" });
    await rig.api.admin.pods.start("acme", "gone");
    await rig.reaches("gone", "running");
    expect((await rig.ended(`/pod-backups/${id}/restore`)).state).toBe("succeeded");
    expect(await rig.page("gone")).toBe("precious");
  });

  it("puts back what the pod had where it does not come up with the old data", async () => {
    await rig.create("sick");
    await rig.write("sick", "poison");
    const id = await rig.backUp("sick", { live: true });
    await rig.write("sick", "well");
    await rig.reaches("sick", "running");
    const { state, message } = await rig.ended(`/pod-backups/${id}/restore`);
    expect(state).toBe("failed");
    expect(message).toMatch(/^With the data of the backup it does not come up: /);
    await rig.reaches("sick", "running");
    expect(await rig.page("sick")).toBe("well");
    expect(await events("sick")).toContain("pod.restore_failed failed");
  });

  it("makes a new pod of it, with the secrets it had, also when the old pod is gone", async () => {
    await rig.create("old");
    await rig.write("old", "inherited");
    const id = await rig.backUp("old");
    await rig.api.admin.pods.delete("acme", "old", false);
    await expect.poll(async () => (await rig.call("GET", "/pods/old")).status, { timeout: 20_000 }).toBe(404);
    const { state, message } = await rig.ended(`/pod-backups/${id}/restore`, { as: "young" });
    expect([state, message]).toEqual(["succeeded", "acme/young is up."]);
    expect(await rig.page("young")).toBe("inherited");
    expect((await rig.api.admin.pods.revealSecret("acme", "young", "password")).value).toBe("secret of the pod");
    expect((await rig.call("POST", `/pod-backups/${id}/restore`, { as: "young" })).status).toBe(409);
    expect((await rig.call("POST", `/pod-backups/${id}/restore`, {})).status).toBe(404);
  });

  it("P24 gives a new pod a key for models of its own, not the old one's", async () => {
    const { units, routes } = notebookSpec();
    const asking = units.map((unit) => ({ ...unit, env: { ...unit.env, KEY: "{{ llm.key }}" } }));
    await rig.api.admin.pods.create("acme", { name: "asker", spec: { units: asking, routes }, inputs: { password: "secret of the pod" } });
    await rig.reaches("asker", "running");
    const id = await rig.backUp("asker");
    const { state, message } = await rig.ended(`/pod-backups/${id}/restore`, { as: "other" });
    expect([state, message]).toEqual(["succeeded", "acme/other is up."]);
    const keyOf = async (name: string) => {
      const { id: pod } = await rig.pod(name);
      return rig.api.deps.database.asSystem(async (store) => (await store.secrets.reveal(pod))["llm-key"]);
    };
    const keys = [await keyOf("asker"), await keyOf("other")];
    expect(keys).toEqual([expect.any(String), expect.any(String)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it("is refused from a backup that was changed, and touches nothing", async () => {
    await rig.create("safe");
    await rig.write("safe", "original");
    const id = await rig.backUp("safe");
    await rig.reaches("safe", "running");
    const [path = ""] = (await rig.files()).filter((one) => one.includes("acme/safe"));
    const whole = await readFile(path);
    const changed = Buffer.from(whole);
    changed[changed.length - 30] = (changed[changed.length - 30] ?? 0) ^ 1;
    await writeFile(path, changed);
    await rig.write("safe", "newer");
    const restored = await rig.ended(`/pod-backups/${id}/restore`);
    expect(restored.state).toBe("failed");
    expect(restored.message).toMatch(/^The backup is damaged/);
    await rig.reaches("safe", "running");
    expect(await rig.page("safe")).toBe("newer");
    expect((await rig.call("POST", `/pod-backups/${id}/verify`)).status).toBe(400);
    expect(await get(id)).toMatchObject({ state: "failed" });
    expect((await rig.call("POST", `/pod-backups/${id}/restore`, {})).status).toBe(409);
  });

  it("deletes a backup with its file", async () => {
    await rig.create("away");
    const id = await rig.backUp("away", { live: true });
    expect((await rig.call("POST", `/pod-backups/${id}/verify`)).body).toMatchObject({ state: "ready" });
    expect((await rig.call("DELETE", `/pod-backups/${id}`)).status).toBe(204);
    expect((await rig.call("GET", `/pod-backups/${id}`)).status).toBe(404);
    expect((await rig.files()).filter((path) => path.includes("acme/away"))).toEqual([]);
  });
});

describe("A16 restore drill", { timeout: 120_000 }, () => {
  it("makes a throw-away pod, waits for its health, reports and deletes it; a sick one is reported as such", async () => {
    await rig.create("drilled");
    await rig.write("drilled", "fine");
    const good = await rig.backUp("drilled");
    await rig.reaches("drilled", "running");
    expect((await rig.ended(`/pod-backups/${good}/drill`)).state).toBe("succeeded");
    expect(await get(good)).toMatchObject({
      drill: { isPassed: true, message: "A pod made from it came up and was healthy; it was deleted again." },
    });
    await rig.write("drilled", "poison");
    const bad = await rig.backUp("drilled", { live: true });
    await rig.write("drilled", "fine");
    expect((await rig.ended(`/pod-backups/${bad}/drill`)).state).toBe("failed");
    expect(await get(bad)).toMatchObject({ drill: { isPassed: false, message: expect.stringMatching(/does not come up/) } });
    expect(await events("drilled")).toEqual(expect.arrayContaining(["pod.drill_passed ok", "pod.drill_failed failed"]));
    await expect
      .poll(async () => (await rig.api.admin.pods.list("acme")).filter(({ name }) => name.startsWith("drill-")), { timeout: 20_000 })
      .toEqual([]);
    expect(await rig.page("drilled")).toBe("fine");
  });
});
