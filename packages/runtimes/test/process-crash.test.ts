import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UnitRun } from "@agentpod/core/runtime";
import { identify } from "@agentpod/host/process-identity";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answers, type Bench, find, lines, makeBench, observed, reaches } from "../src/conformance/bench.ts";
import type { StartStep } from "../src/process/context.ts";
import { processPaths } from "../src/process/paths.ts";
import { environmentOf, processTable } from "../src/process/processes.ts";
import type { RunRecord } from "../src/process/run-record.ts";
import type { Plan } from "./process/control-plane.ts";
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

/** Starts the unit from another process; resolves with how that ended. */
async function startElsewhere(run: UnitRun, dieAt: StartStep | null): Promise<{ code: number | null; signal: string | null }> {
  const plan: Plan = {
    context: { installation: bench.installation, stateDir: rig.stateDir, programs: {}, path: process.env.PATH ?? "", hide: [] },
    run,
    dieAt,
  };
  const child = spawn(process.execPath, [fileURLToPath(new URL("process/control-plane.ts", import.meta.url)), JSON.stringify(plan)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code, signal] = await once(child, "exit");
  return { code, signal };
}

/** Processes of the pod that run the program (not the shells that hold its place). */
function programsOf(run: UnitRun): number[] {
  const home = processPaths(rig.stateDir).home(run.id.pod);
  return processTable()
    .filter((row) => !row.zombie && environmentOf(row.pid)?.HOME === home)
    .filter((row) => readFileSync(`/proc/${row.pid}/cmdline`, "utf8").startsWith("node\0"))
    .map((row) => row.pid);
}

describe("P5 a control plane that dies while it starts a process", { timeout: 60_000 }, () => {
  it.each<StartStep>(["gated", "recorded"])("at %s: nothing was begun, and the next start makes one run", async (step) => {
    const run = await bench.run();
    expect(await startElsewhere(run, step)).toMatchObject({ signal: "SIGKILL" });
    await vi.waitFor(async () => expect((await find(bench.runtime, run.id))?.state).toBe("created"), { timeout: 10_000 });
    expect(programsOf(run)).toEqual([]);
    await bench.runtime.ensure(run);
    await answers(bench, run.id);
    expect(programsOf(run)).toEqual([(await observed(bench.runtime, run.id)).pid]);
  });

  it.each<StartStep>(["gated", "recorded"])("at %s: what was made can be removed", async (step) => {
    const run = await bench.run();
    expect(await startElsewhere(run, step)).toMatchObject({ signal: "SIGKILL" });
    await bench.runtime.remove(run.id, 5);
    await bench.runtime.removePod(run.id.pod);
    expect(await bench.runtime.observe([run.id.pod])).toEqual({ units: [], pods: [], volumes: [] });
  });

  it("before anything is on record: the pod can be removed", async () => {
    const run = await bench.run();
    await bench.runtime.preparePod(run.scope);
    mkdirSync(processPaths(rig.stateDir).unit(run.id), { recursive: true });
    await bench.runtime.removePod(run.id.pod);
    expect((await bench.runtime.observe(null)).pods).not.toContain(run.id.pod);
  });

  it("at begun: the run is found, and no second one is started", async () => {
    const run = await bench.run();
    expect(await startElsewhere(run, "begun")).toMatchObject({ signal: "SIGKILL" });
    const unit = await observed(bench.runtime, run.id);
    expect(unit.state).toBe("running");
    await bench.runtime.ensure(run);
    await answers(bench, run.id);
    expect(programsOf(run)).toEqual([unit.pid]);
    expect((await observed(bench.runtime, run.id)).runId).toBe(unit.runId);
  });

  it("keeps the exit code of a run whose control plane is gone", async () => {
    const run = await bench.run();
    expect(await startElsewhere(run, null)).toEqual({ code: 0, signal: null });
    await answers(bench, run.id);
    await bench.get(run.id, "/exit?code=42");
    expect((await reaches(bench.runtime, run.id, "exited")).exitCode).toBe(42);
    expect((await lines(bench.runtime, run.id)).map((line) => line.text)).toContain("listening");
  });
});

describe("P6 identity of a process", { timeout: 60_000 }, () => {
  /** The instance's record as it would be had its pid gone to somebody else since. */
  async function recordStranger(run: UnitRun, pid: number, startedAt: string): Promise<void> {
    const dir = processPaths(rig.stateDir).unit(run.id);
    const path = join(dir, "run-1.json");
    const record = JSON.parse(readFileSync(path, "utf8")) as RunRecord;
    const stranger = { pid, startedAt };
    writeFileSync(path, JSON.stringify({ ...record, program: stranger, supervisor: stranger } satisfies RunRecord));
  }

  it("a pid that was given to another process is neither taken for the unit nor ended", async () => {
    const run = await bench.run();
    await bench.start(run);
    await bench.runtime.stop(run.id, 5);
    const stranger = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
    try {
      const pid = stranger.pid ?? Number.NaN;
      await recordStranger(run, pid, "another-start-time");
      expect(await observed(bench.runtime, run.id)).toMatchObject({ state: "exited", pid: null });
      await bench.runtime.stop(run.id, 0);
      await bench.runtime.ensure(run);
      await answers(bench, run.id);
      await bench.runtime.remove(run.id, 5);
      expect(identify(pid)).not.toBeNull();
    } finally {
      stranger.kill("SIGKILL");
    }
  });

  it("a run of before a reboot counts as ended", async () => {
    const run = await bench.run();
    const unit = await bench.start(run);
    await bench.runtime.stop(run.id, 5);
    const ticks = unit.runId.split("/").at(-1);
    await recordStranger(run, process.pid, `00000000-0000-0000-0000-000000000000/${ticks}`);
    expect((await observed(bench.runtime, run.id)).state).toBe("exited");
    await bench.runtime.remove(run.id, 0);
    expect(identify(process.pid)).not.toBeNull();
  });
});
