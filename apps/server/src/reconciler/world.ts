import type { MachineRoom } from "@agentpod/core/admission-check";
import type { Gateway, GatewayObservation } from "@agentpod/core/route-table";
import type { Observed, Runtime } from "@agentpod/core/runtime";
import type { PodSnapshot, ServerFacts } from "@agentpod/core/snapshot";
import type { Database, PodFacts } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { CrashPoint } from "./crash-point.ts";
import type { Prober } from "./prober.ts";

/** What the reconciler looks at and acts on; made once in main.ts. */
export interface World {
  database: Database;
  runtime: Runtime;
  gateway: Gateway;
  /** Everything of ServerFacts but what is in use now. */
  server: Omit<ServerFacts, "taken">;
  prober: Prober;
  /** What is free on the machine, for what wakes; null where it cannot be known. */
  machine(): Promise<MachineRoom | null>;
  /** Puts the stored route table to the gateway; false when the gateway does not answer. */
  serveRoutes(): Promise<boolean>;
  /** Unique per control plane; the same after a restart on the same home. */
  owner: string;
  crash: CrashPoint;
  /** Gives the place of the pod that is worked on to another one, while something is done that takes long. Absent: it keeps it. */
  aside?<T>(act: () => Promise<T>): Promise<T>;
  clock(): Date;
  log: Log;
}

export interface Look {
  /** Grows with every look: what an older one says of probes is dropped. */
  order: number;
  snapshots: PodSnapshot[];
  /** Null: the runtime did not answer. */
  observed: Observed | null;
  gateway: GatewayObservation | null;
}

let looks = 0;

/** One look at runtime, gateway and database for these pods (null: all), in a fixed number of calls; the runtime first, since a row precedes its objects. */
export async function look(world: World, pods: readonly string[] | null): Promise<Look> {
  const order = ++looks;
  const [observed, gateway] = await Promise.all([orNull(world, world.runtime.observe(pods)), orNull(world, world.gateway.observe())]);
  const { facts, taken } = await world.database.asSystem(async (store) => {
    const facts = await store.pods.facts(pods);
    const used = Object.entries(await store.allocations.used(world.server.name)).map(([kind, values]) => [kind, new Set(values)]);
    return { facts, taken: Object.fromEntries(used) as ServerFacts["taken"] };
  });
  const server: ServerFacts = { ...world.server, taken };
  const parts = observed ? byPod(observed) : null;
  return { order, snapshots: facts.map((f) => snapshotOf(world, f, server, parts, gateway)), observed, gateway };
}

function snapshotOf(
  world: World,
  facts: PodFacts,
  server: ServerFacts,
  parts: Map<string, NonNullable<PodSnapshot["observed"]>> | null,
  gateway: GatewayObservation | null,
): PodSnapshot {
  const observed = parts ? (parts.get(facts.pod.id) ?? { units: [], prepared: false, volumes: [] }) : null;
  const health: PodSnapshot["health"] = {};
  for (const unit of observed?.units ?? []) {
    const report = world.prober.report(unit.runId) ?? remembered(facts, unit.runId);
    if (report) health[unit.runId] = report;
  }
  return { facts, server, observed, health, gateway };
}

/** What was known of a run before this process began: a restart of the control plane makes no healthy unit unready. */
function remembered({ pod }: PodFacts, runId: string): PodSnapshot["health"][string] | null {
  const unit = pod.status.units.find((u) => u.runId === runId);
  return unit?.health === "healthy" ? { state: "healthy", message: "", since: pod.updatedAt } : null;
}

function byPod(observed: Observed): Map<string, NonNullable<PodSnapshot["observed"]>> {
  const parts = new Map<string, NonNullable<PodSnapshot["observed"]>>();
  const at = (pod: string) => {
    const part = parts.get(pod) ?? { units: [], prepared: false, volumes: [] };
    parts.set(pod, part);
    return part;
  };
  for (const unit of observed.units) at(unit.id.pod).units.push(unit);
  for (const pod of observed.pods) at(pod).prepared = true;
  for (const volume of observed.volumes) at(volume.pod).volumes.push(volume);
  return parts;
}

/** Null where a part cannot be asked, for any reason: an unknown is never taken for an absence. */
async function orNull<T>(world: World, asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    world.log.warn({ err: error }, "could not be observed");
    return null;
  }
}
