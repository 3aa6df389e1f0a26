import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { roles } from "@agentpod/core/permission";
import { git } from "@agentpod/source/testing/git-server";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Pushed, type PushRig, pushRig } from "./push-rig.ts";

let rig: PushRig;
beforeAll(async () => {
  rig = await pushRig(inject("serverUrl"));
});
afterAll(() => rig?.close());

/** Whether a process was started for a repository. */
function isOf(id: string, repository: string): boolean {
  try {
    return readFileSync(`/proc/${id}/environ`, "latin1").includes(`GIT_DIR=${repository}\0`);
  } catch {
    // It has ended meanwhile.
    return false;
  }
}

/** A push to an application of acme whose pack never ends. */
function halfPush(name: string, from: string): Socket {
  const ref = `${from} ${"1".repeat(40)} refs/heads/main\0 report-status side-band-64k agent=git/2`;
  const head = `${(ref.length + 4).toString(16).padStart(4, "0")}${ref}0000PACK\0\0\0\u0002\0\0\u0001\0`;
  const login = Buffer.from(`me:${rig.token}`).toString("base64");
  const headers = `host: x\r\nauthorization: Basic ${login}\r\ncontent-length: 9999999`;
  const socket = connect(rig.front.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`POST /git/acme/${name}.git/git-receive-pack HTTP/1.1\r\n${headers}\r\n\r\n${head}`);
  return socket;
}

const time = { timeout: 300_000 };

describe("C3 pushes at once, and cut off", time, () => {
  it("take turns: of two from the same state one is taken", async () => {
    const work = rig.project("base");
    await rig.push(work, "busy");
    const other = mkdtempSync(join(rig.folder, "other-"));
    git(rig.folder, "clone", "--quiet", work, other);
    rig.commit(work, "mine");
    rig.commit(other, "theirs");
    const both = await Promise.all([rig.push(work, "busy"), rig.push(other, "busy")]);
    expect(both.map(({ code }) => code === 0).toSorted()).toEqual([false, true]);
    expect((await rig.deployments("busy")).length).toBe(2);
    expect((await rig.deployed.page("busy"))?.page).toBe(both[0]?.code === 0 ? "mine" : "theirs");
  });

  it("of many in a row the newest is deployed", async () => {
    const work = rig.project("zero");
    const pushes: Promise<Pushed>[] = [];
    for (const page of ["first", "second", "third"]) {
      const id = rig.commit(work, page);
      pushes.push(rig.push(work, "queue", `${id}:refs/heads/main`));
      // Each begins after git wrote the one before.
      await expect
        .poll(() => existsSync(rig.repository("queue")) && git(rig.repository("queue"), "rev-parse", "main"), { timeout: 60_000 })
        .toBe(id);
    }
    expect((await Promise.all(pushes)).map(({ code }) => code)).toEqual([0, 0, 0]);
    const states = (await rig.deployments("queue")).map(({ number, state }) => [number, state]);
    expect(states[0]).toEqual([3, "succeeded"]);
    expect(states.map(([, state]) => state)).not.toContain("failed");
    await expect.poll(async () => (await rig.deployed.page("queue"))?.page, { timeout: 60_000 }).toBe("third");
  });

  it("leave nothing half done: what a crash wrote and nobody took is pushed again, and deployed", async () => {
    const work = rig.project("whole");
    await rig.push(work, "crashed");
    const at = rig.repository("crashed");
    const lost = rig.commit(work, "lost");
    git(work, "push", "--quiet", at, "main");
    mkdirSync(join(at, "objects", "tmp_objdir-incoming-abc"));
    writeFileSync(join(at, "refs/heads/main.lock"), "");
    expect(git(at, "rev-parse", "main")).toBe(lost);
    const again = await rig.push(work, "crashed");
    expect(again).toMatchObject({ code: 0, said: expect.stringContaining("Deployment 2: It serves") });
    expect(readdirSync(join(at, "objects")).filter((name) => name.startsWith("tmp_"))).toEqual([]);
    // A disk that was lost is no matter either.
    rmSync(at, { recursive: true });
    rig.commit(work, "after");
    expect((await rig.push(work, "crashed")).said).toMatch(/Deployment 3: It serves/);
  });

  it("that are cut off in the middle change nothing, and no process stays", async () => {
    const work = rig.project("base");
    await rig.push(work, "cut");
    const at = rig.repository("cut");
    const before = git(at, "rev-parse", "main");
    const socket = halfPush("cut", before);
    const working = () => readdirSync("/proc").filter((id) => /^\d+$/.test(id) && isOf(id, at));
    await expect.poll(() => working().length, { timeout: 60_000 }).toBeGreaterThan(0);
    socket.destroy();
    await expect.poll(working, { timeout: 60_000 }).toEqual([]);
    expect(git(at, "rev-parse", "main")).toBe(before);
    expect(await rig.deployments("cut")).toHaveLength(1);
    rig.commit(work, "next");
    expect((await rig.push(work, "cut")).said).toMatch(/Deployment 2: It serves/);
    expect(readdirSync(join(at, "objects")).filter((name) => /^(tmp_|incoming)/.test(name))).toEqual([]);
  });

  it("that are slow take some places, and no other tenant's", async () => {
    const names = ["slow1", "slow2", "slow3", "slow4"];
    const sockets = names.map((name) => halfPush(name, "0".repeat(40)));
    const working = () => readdirSync("/proc").filter((id) => /^\d+$/.test(id) && names.some((name) => isOf(id, rig.repository(name))));
    await expect.poll(() => working().length, { timeout: 60_000 }).toBeGreaterThanOrEqual(4);
    const work = rig.project("x");
    expect((await rig.push(work, "fifth")).said).toMatch(/Too many pushes are under way/);
    const other = await rig.deployed.api.token("bolts", roles.operator);
    const pushed = await rig.run(work, "push", rig.remoteOf("theirs", other, rig.front, "bolts"), "main");
    expect(pushed).toMatchObject({ code: 0, said: expect.stringContaining("Deployment 1 of bolts/theirs") });
    for (const socket of sockets) socket.destroy();
    await expect.poll(working, { timeout: 60_000 }).toEqual([]);
    await expect.poll(async () => (await rig.push(work, "fifth")).code, { timeout: 60_000 }).toBe(0);
  });

  it("do not follow a link that stands where the repository was", async () => {
    const work = rig.project("one");
    await rig.push(work, "swapped");
    const outside = mkdtempSync(join(rig.folder, "outside-"));
    rmSync(rig.repository("swapped"), { recursive: true });
    symlinkSync(outside, rig.repository("swapped"));
    rig.commit(work, "two");
    expect((await rig.push(work, "swapped")).said).toMatch(/Deployment 2/);
    expect(readdirSync(outside)).toEqual([]);
  });

  it("go with their application, and with their tenant", async () => {
    await rig.push(rig.project("brief"), "brief");
    expect(existsSync(rig.repository("brief"))).toBe(true);
    const destroyed = await rig.deployed.call("DELETE", "/deployments/brief");
    expect(await rig.deployed.operation(destroyed.body.id)).toBe("succeeded");
    expect(existsSync(rig.repository("brief"))).toBe(false);
    expect(await rig.deployed.api.deps.database.asSystem((store) => store.gitRemotes.find(rig.acme, "brief"))).toBeNull();
    const orphan = join(rig.deployed.api.sourcesFolder, "pushed", "00000000-0000-4000-8000-000000000000", "gone.git");
    mkdirSync(orphan, { recursive: true });
    expect(await rig.deployed.repositories.sweep()).toBe(0);
    const old = new Date(rig.deployed.api.deps.clock().getTime() - 2 * 3_600_000);
    utimesSync(orphan, old, old);
    for (const name of readdirSync(join(rig.deployed.api.sourcesFolder, "pushed", rig.acme)))
      utimesSync(rig.repository(name.replace(".git", "")), old, old);
    await rig.deployed.repositories.sweep();
    expect([existsSync(orphan), existsSync(rig.repository("busy"))]).toEqual([false, true]);
  });
});
