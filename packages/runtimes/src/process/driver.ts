import { randomUUID } from "node:crypto";
import { release } from "node:os";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { ExecSession, Runtime, RuntimeContext, UnitId } from "@agentpod/core/runtime";
import { diskRoom } from "../disk-room.ts";
import { noAdoption } from "../no-adoption.ts";
import { localOf } from "./body.ts";
import type { ProcessContext, ProcessOptions } from "./context.ts";
import { signal, sweepRun } from "./end-run.ts";
import { execPiped, execTerminal } from "./exec-session.ts";
import { markLogs, rotateLogs } from "./log-files.ts";
import { notesOf } from "./notes.ts";
import { lookAtUnits, observedUnit } from "./observe-units.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { openContext } from "./open-context.ts";
import { listPlace, locatePlace, removePlace } from "./place-files.ts";
import { discard, ensureVolume, findPod, listPods, listVolumes, preparePod, removeEmpty, removePod, removeVolume } from "./pods.ts";
import { dialLoopback, listenerUids } from "./ports.ts";
import { environmentOf } from "./processes.ts";
import { latestRun, type RunRecord, type RunState, runIdOf } from "./run-record.ts";
import { RunWatches } from "./run-watches.ts";
import { makeUnit, preferToBeKilled, requirementsOf, startEnvironment, startUnit } from "./start-unit.ts";
import { packPath, unitPath, unpackInto } from "./unit-files.ts";
import { readLogs } from "./unit-logs.ts";
import { findUnit, membersOf, privilegesOf, rootFolder, sandboxOf, type Unit, viewOf } from "./unit-record.ts";
import { StatsSampler } from "./unit-stats.ts";
import { measureVolumes } from "./volume-bytes.ts";
import { Wakes } from "./wakes.ts";

const canReadEnvironments = process.platform === "linux";

/** While somebody watches: missed ends are found, log times noted and logs capped this often (milliseconds). */
const lookEvery = 5000;
/** Milliseconds for a killed process to go. */
const killTimeout = 5000;

/**
 * Pods as plain processes of this machine, for trials and machines without an engine: detached, found again by pid and
 * start time, with a folder and (as root) a user of their own. No isolation boundary, and `info` says so.
 */
export async function processRuntime(given: RuntimeContext & ProcessOptions): Promise<Runtime> {
  return new ProcessRuntime(await openContext(given));
}

class ProcessRuntime implements Runtime {
  readonly kind = "process" as const;
  readonly can: Runtime["can"];
  readonly foreign = noAdoption.foreign;
  readonly adopt = noAdoption.adopt;
  readonly release = noAdoption.release;
  readonly #context: ProcessContext;
  readonly #turns = new OneAtATime();
  readonly #wakes = new Wakes();
  readonly #stats = new StatsSampler();
  readonly #watches: RunWatches;
  /** By run; empty where the system tells: secrets are on no disk, and in no second place. */
  readonly #environments = new Map<string, Record<string, string>>();
  /** Open sessions: they end with the run they were opened in. */
  readonly #sessions = new Map<ExecSession, string>();
  /** Runs whose ports were seen to be their own. */
  readonly #ownPorts = new Set<string>();
  #watchers = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ProcessContext) {
    this.#context = context;
    this.can = {
      image: false,
      buildImage: false,
      exec: true,
      limits: context.cgroups !== null,
      egress: false,
      isolation: false,
      adopt: false,
    };
    this.#watches = new RunWatches((id, dir, run) => this.#runEnded(id, dir, run));
  }

  async info(): ReturnType<Runtime["info"]> {
    return { kind: this.kind, version: `${process.platform} ${release()}`, notes: notesOf(this.#context) };
  }

  async preparePod(scope: Parameters<Runtime["preparePod"]>[0]) {
    await this.#turns.run(scope.pod, () => preparePod(this.#context, scope));
  }

  async prepareImage(run: Parameters<Runtime["prepareImage"]>[0], progress: (line: string) => void) {
    requirementsOf(this.#context, run);
    progress(`${localOf(run).argv[0]} runs as a process of this machine`);
    if (run.code) (await this.#context.openArtifact(run.code.artifact)).destroy();
  }

  /** A process is made by its start; for its volumes to be at hand, its record is enough. */
  async create(run: Parameters<Runtime["create"]>[0]) {
    if (run.volumes.length > 0) await this.#turns.run(run.id.pod, () => makeUnit(this.#context, run));
  }

  async ensureVolume(...[volume, scope]: Parameters<Runtime["ensureVolume"]>) {
    await this.#turns.run(volume.pod, () => ensureVolume(this.#context, volume, scope));
  }

  async ensure(run: Parameters<Runtime["ensure"]>[0]) {
    await this.#turns.run(run.id.pod, async () => {
      const started = await startUnit(this.#context, run);
      if (!started) return;
      this.#watches.listen(run.id, this.#context.paths.unit(run.id), started);
      if (!canReadEnvironments)
        this.#environments.set(runIdOf(started), startEnvironment(this.#context, run, requirementsOf(this.#context, run)));
    });
  }

  async stop(id: UnitId, graceSeconds: number) {
    const unit = findUnit(this.#context, id);
    if (unit) await this.#turns.run(unit.dir, () => this.#end(unit, graceSeconds));
  }

  async remove(id: UnitId, graceSeconds: number) {
    const unit = findUnit(this.#context, id);
    if (!unit) return;
    await this.#turns.run(unit.dir, async () => {
      await this.#end(unit, graceSeconds);
      const last = latestRun(unit.dir)?.record.number ?? 0;
      // A start that came to no record had a group too.
      for (let number = last + 1; number > 0 && number > last - 3; number--) this.#context.cgroups?.remove(id, number);
      await discard(this.#context, unit.dir);
      removeEmpty(dirname(unit.dir));
    });
  }

  async removeVolume(volume: Parameters<Runtime["removeVolume"]>[0]) {
    await this.#turns.run(volume.pod, () => removeVolume(this.#context, volume));
  }

  async removePod(pod: string) {
    await this.#turns.run(pod, () => removePod(this.#context, pod));
  }

  async observe(pods: readonly string[] | null) {
    const seen = lookAtUnits(this.#context, pods);
    for (const { unit, run } of seen) if (run?.state === "running") this.#watches.listen(unit.id, unit.dir, run.record);
    const there = pods ? pods.filter((pod) => findPod(this.#context, pod)) : listPods(this.#context);
    return {
      units: seen.map(({ unit, run }) => observedUnit(this.#context, unit, run)),
      pods: there.filter((pod) => findPod(this.#context, pod)?.removed === false),
      volumes: there.flatMap((pod) => listVolumes(this.#context, pod)),
    };
  }

  async *watch(signal: AbortSignal) {
    this.#watchers++;
    this.#timer ??= setInterval(() => this.#look(), lookEvery).unref();
    try {
      // Ends from now on are heard; what happened before is found by the look that the first wake-up asks for.
      await this.observe(null);
      yield* this.#wakes.listen(signal);
    } finally {
      this.#watchers--;
      if (this.#watchers === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }

  async dial(id: UnitId, port: string) {
    const unit = this.#get(id);
    const found = unit.record.ports.find((one) => one.name === port);
    if (!found) throw new AppError("not_found", `unit ${id.unit} has no port ${port}`);
    const run = latestRun(unit.dir);
    if (run?.state !== "running") throw new AppError("unavailable", `unit ${id.unit} of ${podName(unit)} is not running`);
    const socket = await dialLoopback(found.host);
    try {
      this.#requireOwnPort(unit, run, found.host);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return socket;
  }

  async *logs(...[id, query]: Parameters<Runtime["logs"]>) {
    yield* readLogs(this.#get(id).dir, query);
  }

  async exec(...[id, request]: Parameters<Runtime["exec"]>) {
    const unit = this.#get(id);
    const run = this.#getRunning(unit);
    const env = environmentOf(run.program.pid) ?? this.#environments.get(runIdOf(run));
    if (!env)
      throw new AppError(
        "conflict",
        `unit ${id.unit} of ${podName(unit)} was started before AgentPod itself, and this system does not tell its environment: restart the pod first`,
      );
    const cwd = request.workdir === null ? unit.record.workdir : await unitPath(request.workdir, viewOf(this.#context, unit));
    const command = {
      argv: [...sandboxOf(this.#context, unit, cwd), ...privilegesOf(this.#context), ...request.argv],
      cwd,
      env: { ...env, ...(request.tty && { TERM: "xterm-256color" }), ...request.env },
      user: unit.pod.user,
      started: (pid: number) => {
        this.#context.cgroups?.join(id, run.number, pid);
        preferToBeKilled(pid);
      },
    };
    const session = await (request.tty
      ? execTerminal(command, request.tty, join(unit.dir, `terminal-${randomUUID()}`))
      : execPiped(command));
    this.#sessions.set(session, runIdOf(run));
    void session.exit.then(() => this.#sessions.delete(session));
    return session;
  }

  async readFiles(id: UnitId, path: string) {
    const unit = this.#get(id);
    const view = viewOf(this.#context, unit);
    return packPath(await unitPath(path, view), view, unit.pod.user);
  }

  async writeFiles(...[id, path, tar, links]: Parameters<Runtime["writeFiles"]>) {
    const unit = this.#get(id);
    await unpackInto(await unitPath(path, viewOf(this.#context, unit)), tar, unit.pod.user, links);
  }

  async locate(...[id, place]: Parameters<Runtime["locate"]>) {
    return (await locatePlace(await rootFolder(this.#context, this.#get(id), place.root), place)).path;
  }

  async listFiles(...[id, place]: Parameters<Runtime["listFiles"]>) {
    const unit = this.#get(id);
    return listPlace(await rootFolder(this.#context, unit, place.root), place, unit.pod.user);
  }

  async removeFiles(...[id, place]: Parameters<Runtime["removeFiles"]>) {
    const unit = this.#get(id);
    await removePlace(await rootFolder(this.#context, unit, place.root), place, unit.pod.user);
  }

  async stats(pods: readonly string[] | null) {
    return this.#stats.sample(this.#context, pods, Date.now());
  }

  /** Processes are made from no images. */
  async stored(volumesOf: readonly string[]) {
    return { images: [], volumes: await measureVolumes(this.#context, volumesOf) };
  }

  async removeImage() {
    return true;
  }

  async room() {
    return diskRoom(this.#context.stateDir);
  }

  #get(id: UnitId): Unit {
    const unit = findUnit(this.#context, id);
    if (unit) return unit;
    throw new AppError("not_found", `unit ${id.unit} of pod ${id.pod} does not exist at revision ${id.revision}`);
  }

  #getRunning(unit: Unit): RunRecord {
    const run = latestRun(unit.dir);
    if (run?.state === "running") return run.record;
    throw new AppError("conflict", `unit ${unit.id.unit} of ${podName(unit)} is not running: start the pod first`);
  }

  /** Asks, waits for the grace, kills; the supervisor goes last, so that it keeps the exit code. */
  async #end(unit: Unit, graceSeconds: number): Promise<void> {
    const run = latestRun(unit.dir);
    if (!run) return;
    const { record } = run;
    if (run.state === "running") {
      signal(record.program, record.stopSignal ?? "SIGTERM");
      if (!(await this.#watches.waitForEnd(unit.dir, record, graceSeconds * 1000))) {
        signal(record.program, "SIGKILL");
        await this.#watches.waitForEnd(unit.dir, record, killTimeout);
      }
    }
    this.#endSessions(record);
    await sweepRun(record, membersOf(this.#context, unit.id, unit.pod, record));
  }

  #endSessions(run: RunRecord): void {
    for (const [session, runId] of this.#sessions) if (runId === runIdOf(run)) session.kill();
  }

  /** What the program left running goes with it, as in a container. */
  #runEnded(id: UnitId, dir: string, run: RunRecord): void {
    const unit = findUnit(this.#context, id);
    this.#wakes.wake(id.pod);
    if (!unit || latestRun(dir)?.state === "running") return;
    markLogs(dir, Date.now());
    this.#endSessions(run);
    this.#environments.delete(runIdOf(run));
    // A failure shows when the next start finds the same processes.
    sweepRun(run, membersOf(this.#context, id, unit.pod, run)).catch(() => {});
  }

  #look(): void {
    for (const { dir } of this.#watches.all()) {
      markLogs(dir, Date.now());
      rotateLogs(dir);
    }
    this.#watches.look();
  }

  /** Another pod could listen on this port while the unit starts: with users of their own, the kernel can tell. */
  #requireOwnPort(unit: Unit, run: RunState, port: number): void {
    const key = `${runIdOf(run.record)}/${port}`;
    if (!unit.pod.user || this.#ownPorts.has(key)) return;
    const uids = listenerUids(port);
    if (uids.some((uid) => uid !== unit.pod.user?.uid)) {
      throw new AppError("unavailable", `port ${port} is answered by another program than unit ${unit.id.unit} of ${podName(unit)}`);
    }
    if (uids.length > 0) this.#ownPorts.add(key);
  }
}

const podName = (unit: Unit): string => `${unit.pod.tenant}/${unit.pod.name}`;
