import { randomUUID } from "node:crypto";
import { draftRoutes } from "@agentpod/core/draft-pod";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import { type PodSpecInput, podSpec } from "@agentpod/core/pod-spec";
import type { ObservedUnit, Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { type MemoryGateway, memoryGateway } from "@agentpod/gateways/memory/driver";
import { memoryRuntime } from "@agentpod/runtimes/memory/driver";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { MemoryWorld } from "@agentpod/runtimes/memory/memory-world";
import { expect, vi } from "vitest";
import { startProber } from "../src/reconciler/prober.ts";
import { type Reconciler, startReconciler } from "../src/reconciler/reconciler.ts";
import { routeServer } from "../src/reconciler/serve-routes.ts";
import type { World } from "../src/reconciler/world.ts";

/** A database, a machine and a gateway on which control planes can be started and killed. */
export interface Rig {
  scratch: ScratchDatabase;
  database: Database;
  machine: MemoryWorld;
  installation: string;
  gateway: MemoryGateway;
  /** Seconds by which the control planes' clock is ahead. */
  ahead: { seconds: number };
  /** Free on the machine, for admission. */
  memoryFreeMb: number;
  /** What happened that was worth a warning, for the message of a failed test. */
  warnings: string[];
  start(options?: ControlOptions): ControlPlane;
  /** Rows of a new pod of tenant acme, as the API writes them. */
  create(name: string, spec: PodSpecInput, secrets?: Record<string, string>): Promise<Pod>;
  update(pod: Pod, spec: PodSpecInput): Promise<void>;
  desire(pod: Pod, desired: Pod["desired"], keepData?: boolean): Promise<void>;
  find(pod: Pod): Promise<Pod | null>;
  /** Waits until the pod's row is in this phase at its newest generation. */
  reaches(pod: Pod, phase: Pod["status"]["phase"]): Promise<Pod>;
  gone(pod: Pod): Promise<void>;
  units(pod: Pod): Promise<ObservedUnit[]>;
  close(): Promise<void>;
}

export interface ControlOptions {
  owner?: string;
  /** Called at every crash point; true kills the control plane there. */
  crash?: (point: string) => boolean;
  database?: Database;
  programs?: Record<string, MemoryProgram>;
}

export interface ControlPlane {
  reconciler: Reconciler;
  world: World;
  /** Resolves once it was killed by `crash`. */
  killed: Promise<void>;
  /** From here on nothing that it does has any effect. */
  kill(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
}

/** What a dead control plane's calls meet. */
class Killed extends Error {}

export async function openRig(serverUrl: string): Promise<Rig> {
  const scratch = await scratchDatabase(serverUrl);
  const { database } = scratch;
  const machine = new MemoryWorld();
  const installation = await database.asSystem((store) => store.settings.installation());
  const gateway = memoryGateway();
  const ahead = { seconds: 0 };
  const warnings: string[] = [];
  const tenant = await database.asTenants("*", (store) => store.tenants.insert({ name: "acme", quota: {} }));
  const context = {
    installation,
    stateDir: "/nowhere",
    openArtifact: async () => Promise.reject(new AppError("not_found", "there is no artifact")),
  };
  const own = memoryRuntime(context, { world: machine });
  const planes = new Set<ControlPlane>();

  const rig: Rig = {
    scratch,
    database,
    machine,
    installation,
    gateway,
    ahead,
    warnings,
    memoryFreeMb: 100_000,
    start({ owner = "one", crash = () => false, database: db = database, programs = {} } = {}) {
      let isDead = false;
      const alive = <T extends object>(part: T): T => mortal(part, () => isDead);
      const runtime: Runtime = alive(memoryRuntime(context, { world: machine, programs }));
      const clock = (): Date => new Date(Date.now() + ahead.seconds * 1000);
      const log = {
        info: () => undefined,
        warn: (fields: object, message: string) => void warnings.push(`${message}: ${describe(fields)}`),
        error: (fields: object, message: string) => void warnings.push(`${message}: ${describe(fields)}`),
      };
      const mortalDatabase = alive({ ...db, leases: alive(db.leases) });
      const mortalGateway = alive(gateway);
      let reconciler: Reconciler | null = null;
      const { promise: killed, resolve } = Promise.withResolvers<void>();
      const prober = startProber(
        runtime,
        clock,
        (pod) => database.asSystem((store) => store.secrets.reveal(pod)),
        (pod) => reconciler?.wake(pod),
      );
      const world: World = {
        database: mortalDatabase,
        runtime,
        gateway: mortalGateway,
        server: {
          name: "local",
          can: runtime.can,
          addressing: "names",
          ranges: { port: { from: 20_000, to: 29_999 }, publicPort: { from: 30_000, to: 30_999 }, subnet: { from: 0, to: 999 }, uid: null },
          llmUrlOf: () => "http://127.0.0.1:3000/llm",
          subnetOf: (index) => `10.213.${index}.0/28`,
          paths: null,
          environment: {},
          urlOf: ({ pod }) => `http://${pod.name}-${pod.tenant}.localhost:3000`,
        },
        prober,
        machine: async () => ({ memoryFreeMb: rig.memoryFreeMb, diskFreeMb: 100_000 }),
        serveRoutes: routeServer(mortalDatabase, mortalGateway, log),
        owner,
        crash(point) {
          if (isDead || crash(point)) {
            isDead = true;
            resolve();
            throw new Killed(`killed ${point}`);
          }
        },
        clock,
        log,
      };
      reconciler = startReconciler(world);
      const started = reconciler;
      const end = async (): Promise<void> => {
        planes.delete(plane);
        await started.stop();
      };
      const plane: ControlPlane = {
        reconciler: started,
        world,
        killed,
        stop: end,
        async kill() {
          isDead = true;
          await end();
        },
      };
      planes.add(plane);
      return plane;
    },
    async create(name, input, secrets = {}) {
      const spec = podSpec.parse(input);
      return database.asTenants([tenant.id], async (store) => {
        const pod = await store.pods.insert({
          id: randomUUID(),
          tenantId: tenant.id,
          name,
          template: null,
          inputs: {},
          spec,
          server: "local",
          actor: "test",
        });
        for (const [key, value] of Object.entries(secrets)) await store.secrets.put(pod.id, key, value);
        await store.routes.replace(pod.id, routesOf(pod));
        return pod;
      });
    },
    async update(pod, input) {
      await database.asTenants([tenant.id], async (store) => {
        const next = await store.pods.updateSpec(pod.id, { spec: podSpec.parse(input), inputs: {}, template: null, actor: "test" });
        await store.routes.replace(pod.id, routesOf(next));
      });
    },
    async desire(pod, desired, keepData) {
      await database.asTenants([tenant.id], (store) => store.pods.setDesired(pod.id, desired, keepData));
    },
    find: (pod) => database.asSystem((store) => store.pods.find("acme", pod.name)),
    reaches: (pod, phase) =>
      eventually(rig, async () => {
        const now = await rig.find(pod);
        const at = now && { phase: now.status.phase, generation: now.status.observedGeneration };
        expect(at, JSON.stringify(now?.status)).toEqual({ phase, generation: now?.generation });
        return now as Pod;
      }),
    gone: (pod) =>
      eventually(rig, async () => {
        const now = await rig.find(pod);
        expect(now, JSON.stringify(now?.status)).toBeNull();
      }),
    units: async (pod) => (await own.observe([pod.id])).units,
    async close() {
      await Promise.all([...planes].map((plane) => plane.kill()));
      machine.reboot();
      await scratch.drop();
    },
  };
  return rig;
}

/** Waits until the check no longer throws; its last failure is the test's, with what the control planes warned of. */
export async function eventually<T>(rig: Rig, check: () => Promise<T> | T): Promise<T> {
  try {
    return await vi.waitFor(check, { timeout: 25_000, interval: 20 });
  } catch (error) {
    if (error instanceof Error) error.message += `\n${rig.warnings.slice(-20).join("\n")}`;
    throw error;
  }
}

const routesOf = ({ name, spec }: Pod) => draftRoutes(spec).map((route) => ({ ...route, hosts: [`${name}-acme.localhost`] }));

/** The same thing in the hands of a process that may die: from then on every call fails and none has an effect. */
function mortal<T extends object>(part: T, isDead: () => boolean): T {
  return new Proxy(part, {
    get(on, key) {
      const value = Reflect.get(on, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => (isDead() ? Promise.reject(new Killed("is dead")) : value.apply(on, args));
    },
  });
}

const describe = (fields: object): string => ("err" in fields && fields.err instanceof Error ? fields.err.message : JSON.stringify(fields));
