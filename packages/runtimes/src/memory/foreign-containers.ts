import type { AdoptedUnit, ForeignContainer, Kept } from "@agentpod/core/adopt";
import { AppError } from "@agentpod/core/errors";
import type { ObservedUnit, UnitRun } from "@agentpod/core/runtime";
import { MemoryFiles } from "./memory-files.ts";
import { heedEnd, type MemoryInstance, startInstance } from "./memory-instance.ts";
import { MemoryLog } from "./memory-log.ts";
import type { MemoryProgram } from "./memory-program.ts";
import { type MemoryWorld, unitKey } from "./memory-world.ts";

/** Of containers that somebody else starts. */
export const foreignImage = "foreign:1";

/** A container that somebody else started. */
export interface MemoryForeign {
  container: ForeignContainer;
  instance: MemoryInstance;
}

/** Starts one as somebody else would, with a folder of the machine at /data; what it is asked for on port 8080 goes to the program. */
export async function startForeign(world: MemoryWorld, name: string, host: number, program: MemoryProgram): Promise<ForeignContainer> {
  const id = `foreign-${world.nextRun().runId}`;
  const folder = `/srv/${name}`;
  const kept: Kept = {
    containerId: id,
    revision: "",
    image: { reference: foreignImage, id: "sha256:1" },
    hostname: "c0ffee123456",
    isInit: false,
    env: { GREETING: "found" },
    entrypoint: null,
    command: null,
    workdir: null,
    user: null,
    stopSignal: null,
    volumes: [],
    folders: [{ source: folder, path: "/data", isReadOnly: false }],
    tmpfs: {},
    shmBytes: null,
    networks: [],
  };
  const container: ForeignContainer = {
    id,
    name,
    image: foreignImage,
    imageId: "sha256:1",
    state: "running",
    startedAt: null,
    ports: [{ container: 8080, published: { address: "127.0.0.1", port: host } }],
    volumes: [],
    folders: kept.folders,
    restart: { name: "always", retries: 0 },
    compose: null,
    manager: null,
    installation: null,
    networkMode: "default",
    networks: [],
    limits: { cpus: null, memoryMb: null, pids: null },
    capabilities: { added: [], dropped: [] },
    isPrivileged: false,
    isAutoRemoved: false,
    hostNamespaces: [],
    devices: [],
    stopGraceSeconds: 10,
    kept,
  };
  const files = new MemoryFiles({ isWritable: true });
  files.mount("/data", world.treeOf(folder));
  const instance: MemoryInstance = { made: foreignRun(id, name, host), files, log: new MemoryLog(), run: null, seen: unseen(id) };
  world.foreign.set(id, { container, instance });
  await startInstance(world, "", instance, program, false);
  return container;
}

export function listForeignIn(world: MemoryWorld, name: string | null): ForeignContainer[] {
  return [...world.foreign.values()]
    .map(({ container, instance: { seen } }) => ({ ...container, state: seen.state, startedAt: seen.startedAt }))
    .filter((one) => name === null || one.name === name || one.id === name);
}

/** Moves it among the pod's own units, while it runs on. */
export function adoptIn(world: MemoryWorld, installation: string, unit: AdoptedUnit): void {
  const found = world.foreign.get(unit.containerId);
  if (!found) return;
  const pod = world.pod(installation, unit.id.pod);
  const { container, instance } = found;
  const [first] = instance.made.ports;
  instance.made.id = unit.id;
  instance.made.ports = unit.ports.map((port) => ({ ...port, host: first?.host ?? 0 }));
  instance.found = { ...container, restart: { name: "no", retries: 0 } };
  instance.seen = Object.freeze<ObservedUnit>({
    ...instance.seen,
    id: unit.id,
    adoption: "taken",
    endpoints: Object.fromEntries(instance.made.ports.map(({ name, host }) => [name, { kind: "tcp", host: "127.0.0.1", port: host }])),
  });
  if (instance.run) heedEnd(world, installation, instance, instance.run);
  world.foreign.delete(unit.containerId);
  pod.units.set(unitKey(unit.id), instance);
  world.wake(installation, unit.id.pod);
}

export function releaseIn(world: MemoryWorld, installation: string, unit: AdoptedUnit): void {
  const instance = world.find(installation, unit.id.pod)?.units.get(unitKey(unit.id));
  if (!instance?.found) return;
  if ([...world.foreign.values()].some(({ container }) => container.name === unit.found.name))
    throw new AppError("conflict", `Another container is called ${unit.found.name} by now: rename that one, and this one is given back.`);
  const { adoption: _adoption, ...seen } = instance.seen;
  instance.seen = Object.freeze(seen);
  world.foreign.set(unit.containerId, { container: { ...instance.found, restart: unit.found.restart }, instance });
  delete instance.found;
  world.find(installation, unit.id.pod)?.units.delete(unitKey(unit.id));
  world.tidy(installation, unit.id.pod);
  world.wake(installation, unit.id.pod);
}

/** Those that are meant to be taken over and are not yet. */
export function pendingIn(world: MemoryWorld, adopted: readonly AdoptedUnit[]): ObservedUnit[] {
  return adopted.flatMap((unit): ObservedUnit[] => {
    const seen = world.foreign.get(unit.containerId)?.instance.seen;
    return seen ? [{ ...seen, id: unit.id, adoption: "pending", endpoints: {} }] : [];
  });
}

function unseen(id: string): ObservedUnit {
  return {
    id: { pod: id, unit: "found", revision: "" },
    runId: "",
    state: "created",
    containerId: id,
    pid: null,
    startedAt: null,
    finishedAt: null,
    exitCode: null,
    oomKilled: false,
    endpoints: {},
  };
}

function foreignRun(id: string, name: string, host: number): UnitRun {
  return {
    id: { pod: id, unit: "found", revision: "" },
    scope: { pod: id, tenant: "found", name, subnet: null, uid: null, egress: "open" },
    hostname: name,
    alias: null,
    image: foreignImage,
    build: null,
    code: null,
    entrypoint: null,
    command: null,
    workdir: null,
    env: { GREETING: "found" },
    ports: [{ name: "http", container: 8080, host }],
    volumes: [],
    resources: { cpus: 64, memoryMb: 1_048_576, pids: 32_768 },
    user: null,
    capabilities: [],
    readOnlyRoot: false,
    tmpfs: [],
    stopGraceSeconds: 10,
    stopSignal: null,
    local: null,
  };
}
