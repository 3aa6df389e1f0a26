import type { ForeignContainer } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import type { ObservedUnit, UnitRun } from "@agentpod/core/runtime";
import { MemoryFiles, type MemoryTree } from "./memory-files.ts";
import { MemoryLog } from "./memory-log.ts";
import type { MemoryProgram } from "./memory-program.ts";
import { MemoryRun } from "./memory-run.ts";
import { type MemoryWorld, unitKey } from "./memory-world.ts";

/** One unit instance: its files and log outlive its runs. */
export interface MemoryInstance {
  made: UnitRun;
  files: MemoryFiles;
  log: MemoryLog;
  /** Replaced on every change, never changed: it is handed out as it is. */
  seen: ObservedUnit;
  /** Null while nothing runs. */
  run: MemoryRun | null;
  /** Of one that was taken over: how it is now, for its way back. */
  found?: ForeignContainer;
}

/** The instance, made where it is absent. `unavailable` when its pod or one of its volumes is not there. */
export function ensureInstance(world: MemoryWorld, installation: string, run: UnitRun, code: MemoryTree | null): MemoryInstance {
  const pod = world.find(installation, run.id.pod);
  const known = pod?.units.get(unitKey(run.id));
  if (known) return known;
  if (!pod?.isPrepared) throw new AppError("unavailable", `pod ${run.scope.name} is not prepared`);
  const files = new MemoryFiles({ isWritable: !run.readOnlyRoot });
  if (run.code && code) files.bake(run.code.path, code);
  for (const { id, path } of run.volumes) {
    const volume = world.find(installation, id.pod)?.volumes.get(`${id.unit}/${id.volume}`);
    if (!volume) throw new AppError("unavailable", `volume ${id.volume} of ${id.unit} is not there`);
    files.mount(path, volume.tree);
  }
  for (const { source, path } of run.kept?.folders ?? []) files.mount(path, world.treeOf(source));
  const instance: MemoryInstance = {
    made: run.kept ? { ...run, env: { ...run.kept.env, ...run.env } } : run,
    files,
    log: new MemoryLog(),
    run: null,
    seen: Object.freeze<ObservedUnit>({
      id: run.id,
      runId: world.nextRun().runId,
      state: "created",
      containerId: `memory-${run.id.pod.slice(0, 8)}-${run.id.unit}-${run.id.revision}`,
      pid: null,
      startedAt: null,
      finishedAt: null,
      exitCode: null,
      oomKilled: false,
      endpoints: {},
      ...(run.live !== undefined && { live: run.live }),
    }),
  };
  pod.units.set(unitKey(run.id), instance);
  world.wake(installation, run.id.pod);
  return instance;
}

/** Starts the instance; without effect while it runs. `conflict` when a port is taken: the instance stays as it was. */
export async function startInstance(
  world: MemoryWorld,
  installation: string,
  instance: MemoryInstance,
  program: MemoryProgram,
  listen: boolean,
): Promise<void> {
  if (instance.run) return;
  const { made, files, log } = instance;
  const { runId, pid } = world.nextRun();
  const run = new MemoryRun(made, log, pid);
  const release = claimPorts(world, made);
  try {
    if (listen) await run.listen();
  } catch (error) {
    release();
    throw error;
  }
  for (const { path } of made.tmpfs) files.mount(path, new Map());
  instance.run = run;
  instance.seen = Object.freeze<ObservedUnit>({
    ...instance.seen,
    runId,
    state: "running",
    startedAt: new Date().toISOString(),
    finishedAt: null,
    exitCode: null,
    oomKilled: false,
    endpoints: Object.fromEntries(made.ports.map((port) => [port.name, { kind: "tcp", host: "127.0.0.1", port: port.host }])),
  });
  run.ended.addEventListener("abort", release, { once: true });
  heedEnd(world, installation, instance, run);
  run.start(program, files);
  world.wake(installation, made.id.pod);
}

/** Tells the installation whose instance it now is. */
export function heedEnd(world: MemoryWorld, installation: string, instance: MemoryInstance, run: MemoryRun): void {
  run.onEnd(({ code, oomKilled }) => {
    instance.run = null;
    instance.seen = Object.freeze<ObservedUnit>({
      ...instance.seen,
      state: "exited",
      finishedAt: new Date().toISOString(),
      exitCode: code,
      oomKilled,
      endpoints: {},
    });
    world.wake(installation, instance.made.id.pod);
  });
}

/** TERM, then KILL after the grace; resolves when nothing runs. */
export async function endInstance(instance: MemoryInstance, graceSeconds: number): Promise<void> {
  const { run } = instance;
  if (!run) return;
  const kill = setTimeout(() => run.exit({ code: 137, oomKilled: false }), graceSeconds * 1000);
  run.term();
  await run.end;
  clearTimeout(kill);
}

/** An engine publishes all ports of a unit or none. Gives how to release them. */
function claimPorts(world: MemoryWorld, { ports }: UnitRun): () => void {
  const taken = ports.find(({ host }) => world.ports.has(host) || world.strangersPorts.has(host));
  if (taken) throw new AppError("conflict", `port ${taken.host} is in use by another program`, { fault: "system" });
  for (const { host } of ports) world.ports.add(host);
  return () => {
    for (const { host } of ports) world.ports.delete(host);
  };
}
