import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { checkCleanUp } from "../src/clean-up/check-clean-up.ts";
import { cleanUps } from "../src/clean-up/clean-ups.ts";
import { diskWatch } from "../src/clean-up/disk-watch.ts";
import { leastRoom } from "../src/clean-up/least-room.ts";
import { type ApiRig, apiRig, request } from "./api-rig.ts";
import { type CleanUpRig, cleanUpRig, usualPolicy } from "./clean-up-rig.ts";
import { runAgentpod } from "./run-agentpod.ts";

let rig: ApiRig;
let code: CleanUpRig;
const wait = { timeout: 120_000, interval: 100 };

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  code = cleanUpRig(rig, (await rig.admin.tenants.create({ name: "acme" })).id);
}, 120_000);
afterAll(() => rig?.close());
beforeEach(async () => {
  await code.setPolicy(usualPolicy);
});

describe("P16 the disk before a build", { timeout: 120_000 }, () => {
  const mb = 1024 * 1024;
  const watch = () => diskWatch(rig.cleanUp, cleanUps(rig.cleanUp));

  it("with room nothing is cleaned up", async () => {
    await code.give("spare");
    await watch().require("test");
    expect(await code.isThere(code.fileOf("spare"))).toBe(true);
  });

  it("with too little it is cleaned up first; still too little, it says how much there is, how much there has to be, and what to do", async () => {
    rig.machine.room = { free: 700 * mb, total: 1000 * mb };
    await expect(watch().require("test")).rejects.toMatchObject({
      code: "unavailable",
      fault: "user",
      message:
        "Only 700 MB are free on the disk where images and pods lie; 1536 MB have to be, so nothing was begun. " +
        "Delete what is not needed, add disk, or let less be kept: agentpod clean-up policy.",
    });
    expect(await code.isThere(code.fileOf("spare"))).toBe(false);
    // It is told, and by whom it was needed.
    await vi.waitFor(async () => {
      const { body } = await request(rig, rig.adminToken, "GET", "/events?limit=500");
      expect(body).toContainEqual(
        expect.objectContaining({
          type: "clean_up.done",
          actor: "test",
          data: expect.objectContaining({ gone: expect.objectContaining({ artifact: 1 }) }),
        }),
      );
    }, wait);
    await code.setPolicy({ freeMb: 600 });
    await watch().require("test");
  });

  it("waits for a clean-up that is under way already, and fails once there is nothing more to wait for", async () => {
    let asked = 0;
    const busy = diskWatch(
      { ...rig.cleanUp, machine: async () => ({ diskFreeMb: 1 }) },
      {
        run: async (actor) => {
          if (++asked < 3) throw new AppError("conflict", "A clean-up is under way: wait until it is done.");
          return cleanUps(rig.cleanUp).run(actor);
        },
      },
    );
    await expect(busy.require("test")).rejects.toMatchObject({ message: expect.stringContaining("Only 1 MB are free on the disk of ") });
    expect(asked).toBe(3);
  });

  it("is what doctor tells of: what a clean-up would give back, and where there is too little", async () => {
    const service = cleanUps(rig.cleanUp);
    rig.machine.room = { free: 9000 * mb, total: 10_000 * mb };
    expect(await checkCleanUp(service)).toEqual([{ status: "ok", message: "A clean-up would give back 0 MB.", advice: null }]);
    rig.machine.room = { free: 10 * mb, total: 10_000 * mb };
    expect(await checkCleanUp(service)).toEqual([
      {
        status: "warning",
        message: "Only 10 MB are free where images and pods lie; builds want 1536 MB. A clean-up would give back 0 MB.",
        advice: "Run agentpod clean-up run, delete what is not needed, or add disk.",
      },
    ]);
    expect(await leastRoom(async () => ({ memoryFreeMb: 1, diskFreeMb: 5000 }), rig.deps.runtime)()).toEqual({
      memoryFreeMb: 1,
      diskFreeMb: 10,
    });
  });

  it("goes on where a clean-up gave enough back, and where nobody can see how much there is", async () => {
    await code.give("spare");
    const freed = { ...rig.cleanUp, machine: async () => ({ diskFreeMb: (await code.isThere(code.fileOf("spare"))) ? 100 : 5000 }) };
    rig.machine.room = null;
    await diskWatch(freed, cleanUps(freed)).require("test");
    expect(await code.isThere(code.fileOf("spare"))).toBe(false);
  });
});

describe("P16 P4 clean-up by command", { timeout: 120_000 }, () => {
  const agentpod = (...args: string[]) =>
    runAgentpod(args, {
      env: { AGENTPOD_HOME: join(code.folder, "none"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken },
      cwd: code.folder,
    });

  it("lists what would go, and what it comes to; takes it once it was confirmed", async () => {
    await code.give("by command");
    const listed = await agentpod("clean-up", "run", "--dry-run");
    expect(listed).toMatchObject({ code: 0, stderr: "" });
    expect(listed.stdout).toMatch(/^KIND +WHAT +SIZE +WHY/);
    expect(listed.stdout).toContain("Nothing has used it for 24 hours.");
    expect(listed.stdout.trimEnd().split("\n").at(-1)).toMatch(/^total +1 +0 MB/);
    expect(JSON.parse((await agentpod("clean-up", "run", "--dry-run", "-o", "json")).stdout)).toMatchObject({ bytes: 600 });
    // Nobody is there to be asked.
    expect((await agentpod("clean-up", "run")).code).not.toBe(0);
    expect(await code.isThere(code.fileOf("by command"))).toBe(true);
    expect((await agentpod("clean-up", "run", "--yes")).stdout).toBe(
      "Gone: 0 releases, 1 of code, 0 uploads, 0 images, 0 build caches; 0 MB in all.\n",
    );
    expect(await code.isThere(code.fileOf("by command"))).toBe(false);
    expect(await agentpod("clean-up", "run", "--dry-run")).toMatchObject({ code: 0, stderr: "There is nothing to clean up.\n" });
    expect((await agentpod("clean-up", "status")).stdout).toContain("1 of code");
  });

  it("shows and changes the policy; what is not given stays", async () => {
    const changed = await agentpod("clean-up", "policy", "--releases", "7", "--build-cache", "all", "--every", "0", "-o", "json");
    expect(JSON.parse(changed.stdout)).toEqual({
      releases: 7,
      days: 0,
      unusedHours: 24,
      buildCacheMb: null,
      freeMb: 1536,
      everyHours: null,
    });
    expect((await agentpod("clean-up", "policy")).stdout).toContain("Of each application the newest 7 releases are kept.");
  });
});
