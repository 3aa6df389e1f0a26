import { randomUUID } from "node:crypto";
import { chownSync, closeSync, constants, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { StopSignal, UnitRun } from "@agentpod/core/runtime";
import { identify } from "@agentpod/host/process-identity";
import { environmentFor, localOf, startCommand } from "./body.ts";
import type { ProcessContext } from "./context.ts";
import { sweepRun } from "./end-run.ts";
import { makeNamedPipe, openWriter, watchExit } from "./exit-watch.ts";
import { type Gated, openGate } from "./gate.ts";
import { logStreams, markLogs, openLog, rotateLogs } from "./log-files.ts";
import { makeShared, type PodRecord, preparePod, writeWhole } from "./pods.ts";
import { requireFree } from "./ports.ts";
import { programFolders } from "./programs.ts";
import { claimRun, latestRun, type RunRecord } from "./run-record.ts";
import { unpackInto } from "./unit-files.ts";
import { exitPipe, membersOf, privilegesOf, sandboxOf, type Unit, unitRecordOf } from "./unit-record.ts";

/** What a unit needs and must not lack; `invalid` says which. */
export function requirementsOf(context: ProcessContext, run: UnitRun): string[] {
  return programFolders(run.id.unit, localOf(run).needs, {
    programs: context.programs,
    path: context.path,
    copies: context.paths.programs,
  });
}

/** Makes the instance without starting it. Twice, or where it is there: no effect. */
export async function makeUnit(context: ProcessContext, run: UnitRun): Promise<void> {
  if (existsSync(context.paths.unitRecord(run.id))) return;
  const dir = context.paths.unit(run.id);
  const pod = await preparePod(context, run.scope);
  makeShared(dirname(dir), pod.user);
  makeShared(dir, pod.user);
  writeWhole(context.paths.unitRecord(run.id), JSON.stringify(unitRecordOf(context, run, requirementsOf(context, run))));
}

/**
 * Starts the instance if it does not run. Whatever moment the control plane dies at, either nothing was begun or a record
 * says what was. Null when it runs already, also by another starter's doing.
 */
export async function startUnit(context: ProcessContext, run: UnitRun): Promise<RunRecord | null> {
  const dir = context.paths.unit(run.id);
  const before = latestRun(dir);
  if (before?.state === "running" && existsSync(context.paths.unitRecord(run.id))) return null;
  const programs = requirementsOf(context, run);
  const pod = await preparePod(context, run.scope);
  makeShared(dirname(dir), pod.user);
  makeShared(dir, pod.user);
  const record = unitRecordOf(context, run, programs);
  writeWhole(context.paths.unitRecord(run.id), JSON.stringify(record));
  if (before) {
    await sweepRun(before.record, membersOf(context, run.id, pod, before.record));
    context.cgroups?.remove(run.id, before.record.number);
  }
  await unpackCode(context, run, pod);
  try {
    await requireFree(run.ports.flatMap(({ host, beside = [] }) => [host, ...beside]));
  } catch (error) {
    if (latestRun(dir)?.state === "running") return null;
    throw error;
  }
  return begin(context, run, { id: run.id, dir, pod, record }, (before?.record.number ?? 0) + 1);
}

export function startEnvironment(context: ProcessContext, run: UnitRun, programs: readonly string[]): Record<string, string> {
  return environmentFor(run, { home: context.paths.home(run.id.pod), tmp: context.paths.tmp(run.id.pod) }, programs);
}

async function begin(context: ProcessContext, run: UnitRun, unit: Unit, number: number): Promise<RunRecord | null> {
  const { dir, pod, id } = unit;
  rotateLogs(dir);
  context.cgroups?.make(id, number, run.resources);
  await makeNamedPipe(exitPipe(dir));
  const exit = `exit-${randomUUID()}`;
  const gate = await spawnGate(context, run, unit, exit);
  try {
    context.reached?.("gated");
    const record = recordOf(gate, number, exit, run.stopSignal);
    context.cgroups?.join(id, number, gate.pid);
    preferToBeKilled(gate.pid);
    if (!claimRun(dir, record)) {
      // Another starter was faster.
      gate.abandon();
      rmSync(join(dir, exit), { force: true });
      return null;
    }
    context.reached?.("recorded");
    gate.go();
    context.reached?.("begun");
    markLogs(dir, Date.now());
    return record;
  } catch (error) {
    gate.abandon();
    rmSync(join(dir, exit), { force: true });
    throw error instanceof AppError
      ? error
      : new AppError("unavailable", `unit ${id.unit} of ${pod.tenant}/${pod.name} could not be started`, { cause: error });
  }
}

async function spawnGate(context: ProcessContext, run: UnitRun, unit: Unit, exitName: string): Promise<Gated> {
  const { dir, pod, record } = unit;
  const local = localOf(run);
  // A writer can only be opened while somebody reads.
  const reader = watchExit(exitPipe(dir));
  const pipe = openWriter(exitPipe(dir));
  const [stdout = -1, stderr = -1] = logStreams.map((stream) => openLog(dir, stream, pod.user));
  const exit = openSync(join(dir, exitName), constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    return await openGate({
      argv: startCommand(local.argv, sandboxOf(context, unit, record.workdir), privilegesOf(context)),
      cwd: record.workdir,
      env: startEnvironment(context, run, record.programs),
      user: pod.user,
      stdout,
      stderr,
      exit,
      pipe: pipe.fd,
    });
  } finally {
    for (const fd of [stdout, stderr, exit]) closeSync(fd);
    pipe.close();
    reader.close();
  }
}

function recordOf(gate: Gated, number: number, exit: string, stopSignal: StopSignal | null): RunRecord {
  const [program, supervisor] = [identify(gate.pid), identify(gate.supervisor)];
  if (!program || !supervisor) throw new AppError("unavailable", "a process ended before its program could begin");
  return { number, program, supervisor, startedAt: new Date().toISOString(), exit, ...(stopSignal && { stopSignal }) };
}

/** The kernel takes pods before the control plane when memory ends. Not permitted everywhere; then they are equal. */
export function preferToBeKilled(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "500");
  } catch {
    // No /proc, or it has ended.
  }
}

/** The code of the instance, unpacked with the pod's own rights, whole or not at all. */
async function unpackCode(context: ProcessContext, run: UnitRun, pod: PodRecord): Promise<void> {
  const target = context.paths.code(run.id);
  if (!run.code || existsSync(target)) return;
  const draft = join(dirname(target), `.code-${randomUUID()}`);
  mkdirSync(draft, { mode: 0o755 });
  if (pod.user) chownSync(draft, pod.user.uid, pod.user.gid);
  try {
    await unpackInto(draft, await context.openArtifact(run.code.artifact), pod.user);
    renameSync(draft, target);
  } catch (error) {
    // Another starter's code is the same.
    if (!existsSync(target)) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
