import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { UnitId } from "@agentpod/core/runtime";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answers, type Bench, makeBench, observed, reaches } from "../src/conformance/bench.ts";
import { processPaths } from "../src/process/paths.ts";
import { environmentOf, processTable } from "../src/process/processes.ts";
import { type ProcessRig, processRig } from "./process-rig.ts";

let rig: ProcessRig;
let bench: Bench;

beforeAll(async () => {
  rig = await processRig();
  bench = await makeBench(rig);
});
afterAll(async () => {
  await bench.clear();
  expect(await rig.leftovers(bench.installation)).toEqual([]);
  await rig.close();
});

async function output(id: UnitId, argv: string[], tty: { cols: number; rows: number } | null = null): Promise<string> {
  const session = await bench.runtime.exec(id, { argv, tty, env: {}, workdir: null });
  session.stderr?.resume();
  return text(session.stdout);
}

const isRoot = process.getuid?.() === 0;
const processesOf = (home: string) => processTable().filter((row) => !row.zombie && environmentOf(row.pid)?.HOME === home);

describe("P20 rights of a process", { timeout: 60_000 }, () => {
  it("has no group, no privilege and no way to one, on a terminal neither", async () => {
    const run = await bench.run();
    const unit = await bench.start(run);
    const own = readFileSync(`/proc/${unit.pid}/status`, "utf8");
    for (const status of [
      own,
      await output(run.id, ["cat", "/proc/self/status"]),
      await output(run.id, ["cat", "/proc/self/status"], { cols: 80, rows: 24 }),
    ]) {
      const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, "m").exec(status)?.[1];
      const uid = run.scope.uid ?? process.getuid?.();
      expect(field("Uid")).toBe([uid, uid, uid, uid].join("\t"));
      expect(field("NoNewPrivs")).toBe("1");
      if (isRoot) expect(field("Groups")).toBe("");
      if (isRoot) expect(field("CapEff")).toBe("0000000000000000");
    }
  });

  it("cannot see another pod's files, and owns no folder that AgentPod writes to", async () => {
    const [run, other] = [await bench.run(), await bench.run()];
    await bench.start(run);
    await bench.start(other);
    const paths = processPaths(rig.stateDir);
    const tries = [
      ["cat", paths.podRecord(run.id.pod)],
      ["cat", join(paths.unit(run.id), "unit.json")],
      ["ls", paths.home(other.id.pod)],
      ["touch", join(paths.pod(run.id.pod), "x")],
      ["mv", paths.home(run.id.pod), join(paths.pod(run.id.pod), "gone")],
      ["rm", join(paths.unit(run.id), "stdout.log")],
    ];
    // Pods that share our own user are told apart by nothing: the notes say so.
    if (!isRoot) return expect((await bench.runtime.info()).notes.join(" ")).toContain("same Unix user");
    for (const argv of tries) {
      const session = await bench.runtime.exec(run.id, { argv, tty: null, env: {}, workdir: null });
      session.stdout.resume();
      session.stderr?.resume();
      expect(await session.exit, argv.join(" ")).not.toBe(0);
    }
  });

  it("shows its secrets in no command line and no file", async () => {
    const run = await bench.run({ env: { TOKEN: "very-s3cret-value" } });
    await bench.start(run);
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain("very-s3cret-value");
    const found = spawn("grep", ["-rl", "very-s3cret-value", rig.stateDir], { stdio: ["ignore", "pipe", "ignore"] });
    expect(await text(found.stdout)).toBe("");
  });

  it("files are not read or written through a link that leads outside", async () => {
    const run = await bench.run();
    await bench.start(run);
    const code = processPaths(rig.stateDir).code(run.id);
    symlinkSync("/etc", join(code, "out"));
    await expect(bench.runtime.readFiles(run.id, "/app/out/passwd")).rejects.toMatchObject({ code: "invalid" });
    await expect(bench.runtime.readFiles(run.id, "/etc/passwd")).rejects.toMatchObject({ code: "invalid" });
    const other = await bench.run();
    const elsewhere = processPaths(rig.stateDir).home(other.id.pod);
    await expect(bench.runtime.readFiles(run.id, elsewhere)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("P6 what cannot start", { timeout: 60_000 }, () => {
  it("a port that a stranger holds is a conflict, and nothing is left running", async () => {
    const run = await bench.run();
    const stranger = createServer().listen(run.ports[0]?.host, "127.0.0.1");
    await new Promise((resolve) => stranger.once("listening", resolve));
    try {
      await expect(bench.runtime.ensure(run)).rejects.toMatchObject({ code: "conflict" });
      expect(processesOf(processPaths(rig.stateDir).home(run.id.pod))).toEqual([]);
    } finally {
      stranger.close();
    }
    await bench.runtime.ensure(run);
    await answers(bench, run.id);
  });

  it("A13 nor does it start while a stranger holds a port that its program derives from its own", async () => {
    const run = await bench.run();
    const stranger = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => stranger.once("listening", resolve));
    const { port } = stranger.address() as AddressInfo;
    const deriving = { ...run, ports: run.ports.map((one) => ({ ...one, beside: [port] })) };
    try {
      await expect(bench.runtime.ensure(deriving)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining(String(port)),
      });
    } finally {
      stranger.close();
    }
    await bench.runtime.ensure(deriving);
    await answers(bench, run.id);
  });

  it("says what is missing: a local part, a program, a code artifact", async () => {
    const run = await bench.run();
    await expect(bench.runtime.prepareImage({ ...run, local: null }, () => {})).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("web"),
    });
    const local = { argv: ["x"], env: {}, needs: ["no-such-program"] };
    await expect(bench.runtime.ensure({ ...run, local })).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringContaining("no-such-program"),
    });
    const code = { artifact: `sha256:${"0".repeat(64)}`, path: "/app" };
    await expect(bench.runtime.ensure({ ...run, code })).rejects.toMatchObject({ code: "not_found" });
    expect(processesOf(processPaths(rig.stateDir).home(run.id.pod))).toEqual([]);
  });

  it("a command that is not there ends with 127 and a line in the log", async () => {
    const run = await bench.run();
    await bench.runtime.ensure({ ...run, local: { argv: ["no-such-program"], env: {}, needs: [] } });
    expect((await reaches(bench.runtime, run.id, "exited")).exitCode).toBe(127);
  });
});

describe("A5 what a process leaves running", { timeout: 60_000 }, () => {
  it("ends with it", async () => {
    const run = await bench.run();
    const unit = await bench.start(run);
    const home = processPaths(rig.stateDir).home(run.id.pod);
    await bench.get(run.id, "/spawn?count=3");
    expect(processesOf(home).length).toBeGreaterThan(3);
    process.kill(unit.pid ?? Number.NaN, "SIGKILL");
    await vi.waitFor(() => expect(processesOf(home)).toEqual([]), { timeout: 10_000 });
  });

  it("ends with the pod, whatever session it has moved to", async () => {
    const run = await bench.run();
    await bench.start(run);
    const home = processPaths(rig.stateDir).home(run.id.pod);
    if (isRoot) {
      const session = await bench.runtime.exec(run.id, { argv: ["setsid", "--fork", "sleep", "500"], tty: null, env: {}, workdir: null });
      session.stdout.resume();
      await session.exit;
    }
    await bench.runtime.remove(run.id, 5);
    await bench.runtime.removePod(run.id.pod);
    expect(processesOf(home)).toEqual([]);
    expect(existsSync(processPaths(rig.stateDir).pod(run.id.pod))).toBe(false);
  });

  it("a supervisor that is killed alone leaves the unit running, found and ended as before", async () => {
    const run = await bench.run();
    const unit = await bench.start(run);
    const home = processPaths(rig.stateDir).home(run.id.pod);
    for (const row of processesOf(home)) if (row.pid !== unit.pid) process.kill(row.pid, "SIGKILL");
    await vi.waitFor(() => expect(processesOf(home).map((row) => row.pid)).toEqual([unit.pid]));
    expect(await observed(bench.runtime, run.id)).toMatchObject({ state: "running", runId: unit.runId });
    await bench.runtime.stop(run.id, 5);
    expect(await observed(bench.runtime, run.id)).toMatchObject({ state: "exited", exitCode: null });
  });
});

describe("A3 volumes that are kept", { timeout: 60_000 }, () => {
  it("stay when the pod goes, closed to everybody, and are the pod's again when it comes back", async () => {
    const pod = (await bench.run()).id.pod;
    const volume = { pod, unit: "web", volume: "data" };
    const run = await bench.run({ id: { pod, unit: "web", revision: "0123456789ab" }, volumes: [{ id: volume, path: "/data" }] });
    await bench.start(run);
    const file = encodeURIComponent(`${run.volumes[0]?.path}/kept`);
    await bench.get(run.id, `/write?path=${file}&text=here`);
    await bench.runtime.remove(run.id, 5);
    await bench.runtime.removePod(pod);
    expect(await bench.runtime.observe(null)).toMatchObject({ volumes: expect.arrayContaining([volume]) });
    expect((await bench.runtime.observe(null)).pods).not.toContain(pod);
    const back = { ...run, scope: { ...run.scope, ...rig.scope() } };
    await bench.start(back);
    expect(await bench.get(run.id, `/read?path=${file}`)).toBe("here");
    await bench.runtime.remove(run.id, 5);
    await bench.runtime.removePod(pod);
    await bench.runtime.removeVolume(volume);
    expect(existsSync(processPaths(rig.stateDir).pod(pod))).toBe(false);
  });
});
