import { AppError } from "@agentpod/core/errors";
import type { Capabilities, Runtime, RuntimeContext, UnitId, UnitRun } from "@agentpod/core/runtime";
import { adoptIn, listForeignIn, pendingIn, releaseIn } from "./foreign-containers.ts";
import { helloProgram } from "./hello-program.ts";
import { execInMemory } from "./memory-exec.ts";
import type { MemoryTree } from "./memory-files.ts";
import { endInstance, ensureInstance, type MemoryInstance, startInstance } from "./memory-instance.ts";
import { listMemory, locateMemory, removeMemory } from "./memory-places.ts";
import type { MemoryProgram } from "./memory-program.ts";
import { keepImage, removeImageIn, storedIn } from "./memory-stored.ts";
import { readTar, writeTar } from "./memory-tar.ts";
import { type MemoryCall, type MemoryWorld, unitKey } from "./memory-world.ts";
import { plainPath } from "./plain-path.ts";
import { worldAt } from "./world-at.ts";

export interface MemoryOptions {
  /** Where everything is; the same for all drivers of one `stateDir` unless given. */
  world?: MemoryWorld;
  /** By image; `*` for all others. A hello page unless given. */
  programs?: Record<string, MemoryProgram>;
  /** Units listen on 127.0.0.1 and their host ports, so that others than `dial` reach them. */
  listen?: boolean;
  /** For tests of what is refused or reported where a driver lacks something. */
  can?: Partial<Capabilities>;
}

/**
 * A runtime that plays pods within this process: for tests, simulation and a look at AgentPod. Limits are enforced on
 * what programs say they use. It isolates nothing, and all is gone with the process.
 */
export function memoryRuntime(context: RuntimeContext, options: MemoryOptions = {}): Runtime {
  const { installation, openArtifact } = context;
  const { programs = {}, listen = false } = options;
  const world = options.world ?? worldAt(context.stateDir);

  const call = async <T>(
    method: MemoryCall["method"],
    on: { pod?: string; unit?: string } | null,
    work: () => T | Promise<T>,
  ): Promise<T> => {
    const told = { method, pod: on?.pod ?? null, unit: on?.unit ?? null };
    world.answer();
    await world.fault?.({ when: "before", ...told });
    world.answer();
    const result = await work();
    await world.fault?.({ when: "after", ...told });
    return result;
  };
  const find = (id: UnitId): MemoryInstance | null => world.find(installation, id.pod)?.units.get(unitKey(id)) ?? null;
  const get = (id: UnitId): MemoryInstance => {
    const instance = find(id);
    if (!instance) throw new AppError("not_found", `there is no unit ${id.unit} at ${id.revision}`);
    return instance;
  };
  /** Its container, which is to be taken over and is not yet. */
  const foundFor = ({ id, kept }: UnitRun): MemoryInstance | null =>
    (kept?.revision === id.revision && world.foreign.get(kept.containerId)?.instance) || null;
  const codeOf = async ({ code }: UnitRun): Promise<MemoryTree | null> => {
    if (!code) return null;
    const known = world.artifacts.get(code.artifact) ?? (await readTar(await openArtifact(code.artifact)));
    world.artifacts.set(code.artifact, known);
    return known;
  };

  return {
    kind: "memory",
    can: { image: true, buildImage: true, exec: true, limits: true, egress: false, isolation: false, adopt: true, ...options.can },

    info: () =>
      call("info", null, () => ({
        kind: "memory",
        version: "1",
        notes: ["Nothing really runs: pods are played within AgentPod's own process, and are gone when it ends."],
      })),

    preparePod: (scope) =>
      call("preparePod", scope, () => {
        world.pod(installation, scope.pod).isPrepared = true;
      }),

    create: (run) =>
      call("create", run.id, async () => {
        if (run.volumes.length > 0) ensureInstance(world, installation, run, await codeOf(run));
      }),

    prepareImage: (run, progress) =>
      call("prepareImage", run.id, async () => {
        await codeOf(run);
        if (run.build) {
          const context = await openArtifact(run.build.artifact);
          context.destroy();
          keepImage(world, installation, run.id, run.build.artifact);
        }
        progress(`${run.image ?? "the program"} is played in memory`);
      }),

    ensureVolume: (volume) =>
      call("ensureVolume", volume, () => {
        const { volumes } = world.pod(installation, volume.pod);
        const key = `${volume.unit}/${volume.volume}`;
        if (!volumes.has(key)) volumes.set(key, { id: Object.freeze({ ...volume }), tree: new Map() });
      }),

    ensure: (run) =>
      call("ensure", run.id, () =>
        world.inTurn(installation, run.id, async () => {
          const known = find(run.id) ?? foundFor(run);
          if (known?.run) return;
          const instance = known ?? ensureInstance(world, installation, run, await codeOf(run));
          const program = programs[instance.made.image ?? "*"] ?? programs["*"] ?? helloProgram;
          await startInstance(world, installation, instance, program, listen);
        }),
      ),

    stop: (id, graceSeconds) =>
      call("stop", id, () =>
        world.inTurn(installation, id, async () => {
          const instance = find(id);
          if (instance) await endInstance(instance, graceSeconds);
        }),
      ),

    remove: (id, graceSeconds) =>
      call("remove", id, () =>
        world.inTurn(installation, id, async () => {
          const instance = find(id);
          if (!instance) return;
          await endInstance(instance, graceSeconds);
          instance.log.close();
          world.find(installation, id.pod)?.units.delete(unitKey(id));
          world.tidy(installation, id.pod);
          world.wake(installation, id.pod);
        }),
      ),

    removeVolume: (volume) =>
      call("removeVolume", volume, () => {
        world.find(installation, volume.pod)?.volumes.delete(`${volume.unit}/${volume.volume}`);
        world.tidy(installation, volume.pod);
      }),

    removePod: (id) =>
      call("removePod", { pod: id }, () => {
        const pod = world.find(installation, id);
        if (!pod) return;
        if (pod.units.size > 0) throw new AppError("conflict", `pod ${id} still has units`);
        pod.isPrepared = false;
        pod.images.clear();
        world.tidy(installation, id);
      }),

    observe: (pods) =>
      call("observe", null, async () => {
        const adopted = ((await context.adopted?.()) ?? []).filter(({ id }) => pods?.includes(id.pod) ?? true);
        const seen = world.observe(installation, pods);
        return { ...seen, units: [...seen.units, ...pendingIn(world, adopted)] };
      }),
    watch: (signal) => world.watch(installation, signal),

    dial: (id, port) =>
      call("dial", id, () => {
        const { run, made } = get(id);
        if (!made.ports.some((one) => one.name === port)) throw new AppError("not_found", `${id.unit} has no port ${port}`);
        if (!run) throw new AppError("unavailable", `${id.unit} does not run`);
        return run.connect(port);
      }),

    async *logs(id, query) {
      const { log } = await call("logs", id, () => get(id));
      yield* log.read(query);
    },

    exec: (id, request) => call("exec", id, () => execInMemory(get(id), request)),

    readFiles: (id, path) =>
      call("readFiles", id, () => {
        const entries = get(id).files.list(plainPath(path));
        if (entries.length === 0) throw new AppError("not_found", `there is no ${path} in ${id.unit}`);
        return writeTar(entries);
      }),

    writeFiles: (id, path, tar, links) =>
      call("writeFiles", id, async () => {
        const { files } = get(id);
        const folder = plainPath(path);
        if (files.find(folder)?.type !== "directory") throw new AppError("not_found", `there is no folder ${path} in ${id.unit}`);
        for (const [name, entry] of await readTar(tar, links)) files.put(`${folder}/${name}`, entry);
      }),

    locate: (id, place) => call("locate", id, () => locateMemory(get(id).files, place)),
    listFiles: (id, place) => call("listFiles", id, () => listMemory(get(id).files, place)),
    removeFiles: (id, place) => call("removeFiles", id, () => removeMemory(get(id).files, place)),

    stored: (volumesOf) => call("stored", null, () => storedIn(world, installation, volumesOf)),
    removeImage: (id) => call("removeImage", null, () => removeImageIn(world, installation, id)),
    room: () => call("room", null, () => world.room),

    foreign: (name) => call("foreign", null, () => listForeignIn(world, name)),
    adopt: (unit) => call("adopt", unit.id, () => adoptIn(world, installation, unit)),
    release: (unit) => call("release", unit.id, () => releaseIn(world, installation, unit)),

    stats: (pods) =>
      call("stats", null, () => {
        const at = new Date().toISOString();
        return (pods ?? world.podIds(installation)).flatMap((pod) =>
          [...(world.find(installation, pod)?.units.values() ?? [])].flatMap(({ run, made }) => {
            if (!run) return [];
            const cpuCores = run.wasSampled ? 0 : null;
            run.wasSampled = true;
            const { memoryBytes, processes: pids } = run;
            return [{ id: made.id, at, cpuCores, memoryBytes, memoryLimitBytes: made.resources.memoryMb * 1024 * 1024, pids }];
          }),
        );
      }),
  };
}
