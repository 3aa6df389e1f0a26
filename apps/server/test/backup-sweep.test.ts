import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackupScheduleView } from "@agentpod/core/api/pod-backup-view";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { sweepBackups } from "../src/volume-backups/backup-sweep.ts";
import { nextRun } from "../src/volume-backups/next-run.ts";
import { type BackupRig, backupRig } from "./volume-backup-rig.ts";

let rig: BackupRig;
let folder: string;
let ahead = 0;
const clock = (): Date => new Date(Date.now() + ahead);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpod-target-"));
  rig = await backupRig(inject("serverUrl"), (deps) => ({ ...deps, clock }));
});
afterAll(async () => {
  await rig?.close();
  await rm(folder, { recursive: true, force: true });
});

const sweep = () => sweepBackups({ ...rig.api.volumes, clock });
const schedule = async (pod: string): Promise<BackupScheduleView> => (await rig.call("GET", `/pods/${pod}/backup-schedule`)).body;
const backups = async (pod: string) =>
  (await rig.call("GET", `/pod-backups?pod=${pod}`)).body as { id: string; state: string; trigger: string; drill: object | null }[];
/** Lets the next run come, and waits until `count` backups of the pod have ended. */
async function pass(pod: string, count: number): Promise<void> {
  ahead = Date.parse((await schedule(pod)).nextAt) - Date.now() + 1000;
  await sweep();
  await expect.poll(async () => (await backups(pod)).filter(({ state }) => state !== "running").length, { timeout: 90_000 }).toBe(count);
}

describe("A16 schedules of backups", { timeout: 120_000 }, () => {
  it("make a backup when it is due and keep so many; what was asked for stays", async () => {
    await rig.create("daily");
    await rig.write("daily", "page");
    const asked = await rig.backUp("daily", { live: true });
    const set = await rig.call("PUT", "/pods/daily/backup-schedule", {
      ...{ cron: "0 3 * * *", timeZone: "Asia/Shanghai", live: true },
      keep: { last: 2, daily: 0, weekly: 0, monthly: 0 },
    });
    expect(set.status, set.text).toBe(200);
    expect(new Date(set.body.nextAt).getUTCHours()).toBe(19);
    await sweep();
    expect(await backups("daily")).toHaveLength(1);
    for (const count of [2, 3, 4]) await pass("daily", count);
    await sweep();
    const left = await backups("daily");
    expect(left.map(({ trigger }) => trigger)).toEqual(["schedule", "schedule", "request"]);
    expect(left.at(-1)?.id).toBe(asked);
    expect((await rig.files()).filter((path) => path.includes("acme/daily"))).toHaveLength(3);
    expect(await schedule("daily")).toMatchObject({ problem: null });
    expect((await schedule("daily")).lastSuccessAt).not.toBeNull();
  });

  it("rehearse the restore of the newest, and tell when there is none", async () => {
    await rig.create("drills");
    await rig.write("drills", "page");
    await rig.call("PUT", "/pods/drills/backup-schedule", { cron: "0 3 1 1 *", drillCron: "*/5 * * * *", live: true });
    const due = async (): Promise<void> => {
      ahead = Date.parse((await schedule("drills")).nextDrillAt ?? "") - Date.now() + 1000;
      await sweep();
    };
    await due();
    expect((await schedule("drills")).problem).toMatch(/restore drill of .* failed: There is no backup yet that could be restored/);
    await rig.backUp("drills", { live: true });
    await due();
    await expect.poll(async () => (await backups("drills"))[0]?.drill, { timeout: 30_000 }).toMatchObject({ isPassed: true });
    expect(await schedule("drills")).toMatchObject({ problem: null });
  });

  it("tell a missed run and make it then; a failed one is told and tried again in an hour", async () => {
    const target = await rig.api.admin.podBackups.addTarget(null, { name: "disk", config: { kind: "folder", path: folder } });
    expect(target.config).toEqual({ kind: "folder", path: folder });
    await rig.create("late");
    await rig.write("late", "page");
    await rig.call("PUT", "/pods/late/backup-schedule", { cron: "0 3 * * *", target: "disk", live: true });
    const { nextAt } = await schedule("late");
    ahead = Date.parse(nextAt) - Date.now() + 2 * 3_600_000;
    await sweep();
    await expect.poll(async () => (await backups("late")).map(({ state }) => state), { timeout: 30_000 }).toEqual(["ready"]);
    const told = (await rig.api.admin.events.list({ tenant: "acme", pod: "late", limit: 50 })).map(({ type }) => type);
    expect(told).toContain("pod.backup_missed");
    expect((await readdir(join(folder, "acme", "late"))).length).toBe(1);
    await rename(folder, `${folder}-away`);
    try {
      await pass("late", 2);
      await expect
        .poll(async () => (await schedule("late")).problem, { timeout: 10_000 })
        .toMatch(/failed: The folder .* is not there: mount its disk/);
      const soon = Date.parse((await schedule("late")).nextAt) - clock().getTime();
      expect(soon).toBeGreaterThan(3_000_000);
      expect(soon).toBeLessThanOrEqual(3_600_000);
    } finally {
      await rename(`${folder}-away`, folder);
    }
    await pass("late", 3);
    await expect.poll(async () => (await schedule("late")).problem, { timeout: 10_000 }).toBeNull();
    expect((await rig.call("DELETE", "/pods/late/backup-schedule")).status).toBe(204);
    expect((await rig.call("GET", "/pods/late/backup-schedule")).status).toBe(404);
    expect((await rig.api.admin.podBackups.deleteTarget(null, "disk").catch((error) => error)).code).toBe("conflict");
  });

  it.each([
    [{ cron: "61 3 * * *" }, "cron"],
    [{ cron: "every day" }, "cron"],
    [{ cron: "0 0 31 2 *" }, "cron"],
    [{ cron: "0 3 * * *", timeZone: "Mars/Olympus" }, "timeZone"],
    [{ cron: "0 3 * * *", drillCron: "nonsense" }, "drillCron"],
  ])("refuse %j", async (body, path) => {
    const { status, body: answer } = await rig.call("PUT", "/pods/daily/backup-schedule", body);
    expect([status, answer.error?.issues?.[0]?.path ?? answer.issues?.[0]?.path]).toEqual([400, path]);
  });

  it("know the hour that a clock leaves out and the one that it shows twice", () => {
    const at = (from: string) => nextRun("30 2 * * *", "Europe/Berlin", new Date(from)).toISOString();
    expect(at("2026-03-28T12:00:00Z")).toBe("2026-03-29T01:00:00.000Z");
    expect(at("2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(at("2026-10-25T00:31:00Z").slice(0, 10)).toMatch(/2026-10-2[56]/);
  });

  it("a folder of the machine is no target for a tenant", async () => {
    const { status } = await rig.call("POST", "/backup-targets", { name: "sly", config: { kind: "folder", path: "/etc" } });
    expect(status).toBe(403);
  });
});
