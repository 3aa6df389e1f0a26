import { setTimeout as delay } from "node:timers/promises";
import type { PlannedAction } from "@agentpod/core/api/platform-view";
import { type Plan, plan } from "@agentpod/core/plan";
import type { Pod } from "@agentpod/core/pod";
import type { UnitSpec } from "@agentpod/core/pod-spec";
import { unitRevision } from "@agentpod/core/resolve-unit";
import type { PodSnapshot } from "@agentpod/core/snapshot";
import { awaitedRoutes } from "./awaited-routes.ts";
import { reapOrphans } from "./reap-orphans.ts";
import { plannedAction, reconcilePod } from "./reconcile-pod.ts";
import { workQueue } from "./work-queue.ts";
import { look, type World } from "./world.ts";

export interface Reconciler {
  /** Looks at one pod soon. */
  wake(pod: string): void;
  dryRun(): Promise<PlannedAction[]>;
  /** One pass over everything; resolves when all pods have come as far as they can, with what was done. */
  now(): Promise<PlannedAction[]>;
  /** Ids of pods that have objects but no row here, as of the last pass. */
  unknownPods(): string[];
  /** The revision that the plan gives to a unit of a pod without secrets and numbers: what a container is taken over as. */
  revisionOf(pod: Pod, unit: UnitSpec): string;
  stop(): Promise<void>;
}

const none: ReadonlySet<number> = new Set();
const sweepMs = 30_000;
const atOnce = 8;

/** Starts the one loop that acts: woken by intent, runtime, gateway, health and a sweep; a wake-up says where to look, never what is true. */
export function startReconciler(world: World): Reconciler {
  const abort = new AbortController();
  const { signal } = abort;
  let unknown: string[] = [];
  let listeners: ((action: PlannedAction) => void)[] = [];

  const queue = workQueue(atOnce, async (pod, aside) => {
    try {
      const next = await reconcilePod({ ...world, aside }, pod, (action) => {
        for (const listener of listeners) listener(action);
      });
      if (next) queue.addLater(pod, next.inMs);
    } catch (error) {
      world.log.error({ err: error, pod }, "a pod could not be reconciled; trying again");
      queue.addLater(pod, 1000);
    }
  });

  const sweep = async (): Promise<void> => {
    const { snapshots, observed, gateway, order } = await look(world, null);
    for (const snapshot of snapshots) {
      const planned = plan(snapshot, world.clock());
      if (planned.actions.length > 0) queue.add(snapshot.facts.pod.id);
      else settle(snapshot, planned, order);
    }
    if (gateway) {
      const { version } = await world.database.asSystem((store) => store.routes.table());
      if (gateway.servedVersion < version) await world.serveRoutes();
    }
    const known = new Set(snapshots.map((snapshot) => snapshot.facts.pod.id));
    world.prober.retain(known);
    if (observed) unknown = await reapOrphans(world, observed, known);
  };
  const settle = (snapshot: PodSnapshot, planned: Plan, order: number): void => {
    world.prober.track(snapshot.facts.pod.id, planned.probes, order);
    if (planned.wakeInMs !== null) queue.addLater(snapshot.facts.pod.id, planned.wakeInMs);
  };
  let sweeping: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const beginSweep = (): Promise<void> => {
    next = null;
    if (signal.aborted) return Promise.resolve();
    sweeping = sweep()
      .catch((error) => world.log.warn({ err: error }, "a sweep failed; the next one is due"))
      .finally(() => {
        sweeping = null;
      });
    return sweeping;
  };
  /** One that begins after the call: the sweep under way may have looked before what the caller knows of. Calls share the next. */
  const sweepOnce = (): Promise<void> => {
    if (!sweeping) return beginSweep();
    next ??= sweeping.then(() => sweeping ?? beginSweep());
    return next;
  };

  const awaited = awaitedRoutes(
    world,
    (pod, inMs) => (inMs === 0 ? queue.add(pod) : queue.addLater(pod, inMs)),
    () => void sweepOnce(),
  );

  const loops = [
    forever(signal, "database notifications", world, async () => {
      for await (const pod of world.database.listen("pods", signal, () => void sweepOnce())) queue.add(pod);
    }),
    forever(signal, "runtime events", world, async () => {
      void sweepOnce();
      for await (const { pod } of world.runtime.watch(signal)) {
        if (pod) queue.add(pod);
        else void sweepOnce();
      }
    }),
    forever(signal, "gateway events", world, async () => {
      void sweepOnce();
      for await (const { route, waits } of world.gateway.watch(signal)) {
        if (route && waits) awaited.hear(route);
        else void sweepOnce();
      }
    }),
    (async () => {
      while (!signal.aborted) {
        await sweepOnce();
        await delay(sweepMs, undefined, { signal, ref: false }).catch(() => undefined);
      }
    })(),
  ];

  return {
    wake: (pod) => queue.add(pod),
    async dryRun() {
      const { snapshots } = await look(world, null);
      return snapshots.flatMap((snapshot) => plan(snapshot, world.clock()).actions.map((action) => plannedAction(snapshot, action)));
    },
    async now() {
      const done: PlannedAction[] = [];
      const listener = (action: PlannedAction): void => void done.push(action);
      listeners.push(listener);
      try {
        await sweepOnce();
        await queue.idle();
      } finally {
        listeners = listeners.filter((l) => l !== listener);
      }
      return done;
    },
    unknownPods: () => unknown,
    revisionOf(pod, unit) {
      const taken = { port: none, subnet: none, uid: none, public_port: none };
      const facts = { pod, allocations: [], routes: [], secrets: {} };
      return unitRevision({ facts, server: { ...world.server, taken }, observed: null, health: {}, gateway: null }, unit, []);
    },
    async stop() {
      abort.abort();
      world.prober.stop();
      await awaited.stop();
      await queue.stop();
      await Promise.all([...loops, next ?? sweeping]);
    },
  };
}

/** Follows a source of wake-ups for as long as we run; when it breaks, says so once and begins again with a sweep. */
async function forever(signal: AbortSignal, what: string, world: World, follow: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    try {
      await follow();
    } catch (error) {
      if (!signal.aborted) world.log.warn({ err: error }, `${what} broke off; reconnecting`);
    }
    await delay(500, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
