import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import type { AdoptedUnit } from "@agentpod/core/adopt";
import type { LogLine, LogQuery, ObservedUnit, Runtime, UnitId, UnitRun } from "@agentpod/core/runtime";
import { freePort } from "@agentpod/host/free-port";
import { vi } from "vitest";
import { programArtifact } from "./program.ts";
import type { ConformanceRig } from "./rig.ts";

/** What the parts of the suite share: one driver of one installation, runs for it, and ways to talk to them. */
export interface Bench {
  rig: ConformanceRig;
  installation: string;
  runtime: Runtime;
  /** Another driver instance over the same state; or, with an id, of another installation. */
  open(installation?: string): Promise<Runtime>;
  /** What its drivers are told of containers that were taken over. */
  adopted: AdoptedUnit[];
  /** A run of the test program in a pod of its own; nothing is started. */
  run(changes?: Partial<UnitRun>): Promise<UnitRun>;
  /** Prepares, ensures and waits until it answers. */
  start(run: UnitRun, runtime?: Runtime): Promise<ObservedUnit>;
  /** Body of a GET through `dial`. */
  get(id: UnitId, path: string, runtime?: Runtime): Promise<string>;
  /** Removes units, volumes and pods of all runs made so far. */
  clear(): Promise<void>;
}

export async function makeBench(rig: ConformanceRig): Promise<Bench> {
  const artifact = await programArtifact();
  const installation = randomUUID();
  const adopted: AdoptedUnit[] = [];
  const context = { openArtifact: artifact.open, adopted: async () => adopted };
  const runtime = await rig.open({ installation, ...context });
  const made: UnitRun[] = [];
  const bench: Bench = {
    rig,
    installation,
    runtime,
    open: (id = installation) =>
      rig.open(id === installation ? { installation, ...context } : { installation: id, openArtifact: artifact.open }),
    adopted,
    async run(changes = {}) {
      const pod = changes.id?.pod ?? randomUUID();
      const host = await freePort();
      const base: UnitRun = {
        id: { pod, unit: "web", revision: randomUUID().replaceAll("-", "").slice(0, 12) },
        scope: { pod, tenant: "acme", name: `p${pod.slice(0, 8)}`, egress: "open", ...rig.scope() },
        hostname: "web",
        alias: "web",
        image: null,
        build: null,
        code: { artifact: artifact.digest, path: "/app" },
        entrypoint: null,
        command: null,
        workdir: null,
        env: {},
        ports: [{ name: "http", container: 8080, host }],
        volumes: [],
        resources: { cpus: 1, memoryMb: 256, pids: 128 },
        user: null,
        capabilities: [],
        readOnlyRoot: false,
        tmpfs: [],
        stopGraceSeconds: 5,
        stopSignal: null,
        local: null,
      };
      const run = rig.complete({ ...base, ...changes });
      made.push(run);
      return run;
    },
    async start(run, by = runtime) {
      await by.preparePod(run.scope);
      await by.prepareImage(run, () => {});
      for (const volume of run.volumes) await by.ensureVolume(volume.id, run.scope);
      await by.ensure(run);
      await answers(bench, run.id, by);
      return observed(by, run.id);
    },
    get: (id, path, by = runtime) => getThrough(by, id, path),
    async clear() {
      for (const run of made) await runtime.remove(run.id, 0);
      for (const run of made) for (const volume of run.volumes) await runtime.removeVolume(volume.id);
      for (const run of made) await runtime.removePod(run.id.pod);
    },
  };
  return bench;
}

/** Waits until the unit serves. */
export async function answers(bench: Bench, id: UnitId, runtime: Runtime = bench.runtime): Promise<void> {
  await vi.waitFor(() => getThrough(runtime, id, "/"), { timeout: 30_000, interval: 50 });
}

/** The one observed instance with this id; throws when absent. */
export async function observed(runtime: Runtime, id: UnitId): Promise<ObservedUnit> {
  const found = await find(runtime, id);
  if (!found) throw new Error(`${id.pod}/${id.unit}/${id.revision} is absent`);
  return found;
}

export async function find(runtime: Runtime, id: UnitId): Promise<ObservedUnit | undefined> {
  const { units } = await runtime.observe([id.pod]);
  return units.find((one) => one.id.unit === id.unit && one.id.revision === id.revision);
}

/** Waits until the instance is in this state. */
export async function reaches(runtime: Runtime, id: UnitId, state: ObservedUnit["state"]): Promise<ObservedUnit> {
  return vi.waitFor(
    async () => {
      const unit = await observed(runtime, id);
      if (unit.state !== state) throw new Error(`is ${unit.state}, not ${state}`);
      return unit;
    },
    { timeout: 30_000, interval: 50 },
  );
}

/** All lines that are there now. */
export async function lines(runtime: Runtime, id: UnitId, query: Partial<LogQuery> = {}): Promise<LogLine[]> {
  const found: LogLine[] = [];
  const whole: LogQuery = { follow: false, tail: null, since: null, signal: new AbortController().signal, ...query };
  for await (const line of runtime.logs(id, whole)) found.push(line);
  return found;
}

/** Waits until a line with this text can be read. */
export async function logged(runtime: Runtime, id: UnitId, wanted: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const found = await lines(runtime, id);
      if (!found.some((line) => line.text === wanted)) throw new Error(`no line ${wanted} in ${JSON.stringify(found)}`);
    },
    { timeout: 30_000, interval: 50 },
  );
}

async function getThrough(runtime: Runtime, id: UnitId, path: string): Promise<string> {
  const socket = await runtime.dial(id, "http");
  try {
    return await new Promise<string>((resolve, reject) => {
      const outgoing = request({ path, headers: { host: "unit", connection: "close" }, createConnection: () => socket }, (response) =>
        text(response).then(resolve, reject),
      );
      outgoing.on("error", reject);
      outgoing.end();
    });
  } finally {
    socket.destroy();
  }
}
