import { describe, expect, it } from "vitest";
import { podSpec } from "../src/pod-spec.ts";
import { backupsToDrop, type LocalDate } from "../src/retention.ts";
import { emptyStatus } from "../src/status.ts";
import { scheduleProblem } from "../src/volume-backup.ts";
import { volumesToCopy } from "../src/volumes-to-copy.ts";

const dateIn = (at: string): LocalDate => {
  const [year = 0, month = 0, day = 0] = at.slice(0, 10).split("-").map(Number);
  return { year, month, day };
};
const made = (createdAt: string, more: object = {}) => ({
  id: createdAt,
  trigger: "schedule" as const,
  state: "ready" as const,
  createdAt,
  ...more,
});
const dropped = (backups: ReturnType<typeof made>[], keep: object) =>
  backupsToDrop(backups, { last: 1, daily: 0, weekly: 0, monthly: 0, ...keep }, dateIn).map(({ id }) => id);

describe("A16 which backups are kept", () => {
  const hourly = Array.from({ length: 72 }, (_, i) => made(new Date(Date.UTC(2026, 0, 5) + i * 3_600_000).toISOString()));

  it("GIVEN the last so many THEN the others go, and the newest never does", () => {
    expect(dropped(hourly, { last: 70 })).toEqual([hourly[1]?.id, hourly[0]?.id]);
    expect(dropped(hourly, { last: 0 })).toHaveLength(71);
    expect(dropped([], {})).toEqual([]);
  });

  it("GIVEN days, weeks and months THEN the newest of each stays", () => {
    const kept = (keep: object) => hourly.map(({ id }) => id).filter((id) => !dropped(hourly, keep).includes(id));
    expect(kept({ daily: 2 })).toEqual(["2026-01-06T23:00:00.000Z", "2026-01-07T23:00:00.000Z"]);
    const daily = Array.from({ length: 60 }, (_, i) => made(new Date(Date.UTC(2026, 0, 1, 3) + i * 86_400_000).toISOString()));
    const left = (keep: object) =>
      daily.map(({ id }) => id.slice(0, 10)).filter((id) => !dropped(daily, keep).some((gone) => gone.startsWith(id)));
    expect(left({ weekly: 3 })).toEqual(["2026-02-15", "2026-02-22", "2026-03-01"]);
    expect(left({ monthly: 3 })).toEqual(["2026-01-31", "2026-02-28", "2026-03-01"]);
    expect(left({ last: 2, daily: 3, weekly: 2, monthly: 2 })).toEqual(["2026-02-22", "2026-02-27", "2026-02-28", "2026-03-01"]);
  });

  it("GIVEN others than a schedule's own whole ones THEN they neither go nor count", () => {
    const backups = [
      made("2026-01-01T00:00:00.000Z"),
      made("2026-01-02T00:00:00.000Z", { trigger: "request" }),
      made("2026-01-03T00:00:00.000Z", { state: "failed" }),
      made("2026-01-04T00:00:00.000Z", { state: "running" }),
    ];
    expect(dropped(backups, {})).toEqual([]);
  });
});

describe("A16 what is wrong with a schedule", () => {
  const now = new Date("2026-01-31T12:00:00Z");
  const well = { unit: null, rests: false, upSince: null, failure: null, drillFailure: null, nextAt: "2026-02-01T03:00:00.000Z" };
  const failed = { at: "2026-01-31T03:00:00.000Z", message: "The disk is full." };
  it.each([
    [well, null],
    [{ ...well, nextAt: "2026-01-31T11:50:00.000Z" }, null],
    [{ ...well, nextAt: "2026-01-31T03:00:00.000Z" }, "The backup that was due at 2026-01-31 03:00 UTC was not made."],
    [{ ...well, failure: failed }, "The backup of 2026-01-31 03:00 UTC failed: The disk is full."],
    [{ ...well, drillFailure: failed }, "The restore drill of 2026-01-31 03:00 UTC failed: The disk is full."],
    [{ ...well, unit: "db", failure: failed }, "The dump of db of 2026-01-31 03:00 UTC failed: The disk is full."],
    [{ ...well, unit: "db", nextAt: "2026-01-31T03:00:00.000Z" }, "The dump of db that was due at 2026-01-31 03:00 UTC was not made."],
    [{ ...well, unit: "db", upSince: "2026-01-31T11:50:00.000Z", nextAt: "2026-01-31T03:00:00.000Z" }, null],
    [{ ...well, unit: "db", rests: true, nextAt: "2026-01-31T03:00:00.000Z" }, null],
    [{ ...well, unit: "db", drillFailure: failed }, "The check of the newest dump of db of 2026-01-31 03:00 UTC failed: The disk is full."],
  ])("%j: %s", (schedule, expected) => expect(scheduleProblem(schedule, now)).toBe(expected));
});

describe("A16 how the volumes of a pod are copied", () => {
  const pod = (backups: (object | undefined)[], running = true) => ({
    spec: podSpec.parse({
      units: backups.map((backup, i) => ({
        name: `u${i}`,
        image: "x",
        volumes: [{ name: "data", path: "/data", ...(backup && { backup }) }],
      })),
    }),
    status: {
      ...emptyStatus,
      units: backups.map((_, i) => ({ name: `u${i}`, state: running ? ("running" as const) : ("exited" as const) })) as never,
    },
  });
  const command = { how: "command", command: ["dump"], folder: "copy" };
  it.each([
    [[undefined], false, true, true, ["stopped"]],
    [[undefined], true, true, false, ["live"]],
    [[{ how: "live" }, command], false, true, false, ["live", "command"]],
    // One that cannot be copied beside its unit stops them all; then none needs its command.
    [[{ how: "stop" }, command], false, true, true, ["stopped", "stopped"]],
    [[command], false, false, true, ["stopped"]],
    [[{ how: "none" }, { how: "live" }], false, true, false, ["live"]],
    [[{ how: "none" }], false, true, false, []],
  ])("%j, live %s, running %s: stands still %s, %j", (backups, live, running, standsStill, how) => {
    const plan = volumesToCopy(pod(backups, running), live);
    expect([plan.standsStill, plan.volumes.map((volume) => volume.how)]).toEqual([standsStill, how]);
  });
});
