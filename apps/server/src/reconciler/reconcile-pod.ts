import { type Action, describeAction } from "@agentpod/core/action";
import type { PlannedAction } from "@agentpod/core/api/platform-view";
import { plan } from "@agentpod/core/plan";
import { retryDelay } from "@agentpod/core/plan-backoff";
import type { PodSnapshot } from "@agentpod/core/snapshot";
import { applyAction, type Lease, type Outcome } from "./apply-action.ts";
import { phases } from "./phases.ts";
import { look, type World } from "./world.ts";

/** Seconds a pod is kept to ourselves without a sign of life; renewed while we work on it. */
const leaseSeconds = 10;
/** Rounds after which a pod lets others go first. */
const mostRounds = 50;

/** When to look at the pod again without a wake-up; null: never. */
export type NextLook = { inMs: number } | null;

/** Brings one pod as far as it can go now: looks, plans and acts until nothing is left to do. */
export async function reconcilePod(world: World, pod: string, did: (action: PlannedAction) => void): Promise<NextLook> {
  const { leases } = world.database;
  const lease = await leases.claim(pod, world.owner, leaseSeconds);
  // Another control plane is at work on it, or it is gone; a sweep looks again.
  if (!lease) return { inMs: leaseSeconds * 1000 };
  const renewal = setInterval(
    () => {
      leases.claim(pod, world.owner, leaseSeconds).catch((err) => world.log.warn({ err }, "lease not renewed"));
    },
    (leaseSeconds * 1000) / 3,
  );
  try {
    return await rounds(world, pod, { ...lease, saving: Promise.resolve() }, did);
  } finally {
    clearInterval(renewal);
    await leases.release(pod, world.owner);
  }
}

async function rounds(world: World, pod: string, lease: Lease, did: (action: PlannedAction) => void): Promise<NextLook> {
  for (let round = 0; round < mostRounds; round++) {
    const { snapshots, order } = await look(world, [pod]);
    const snapshot = snapshots[0];
    if (!snapshot) {
      world.prober.track(pod, [], order);
      return null;
    }
    let { actions, wakeInMs, probes } = plan(snapshot, world.clock());
    world.prober.track(pod, probes, order);
    if (actions.length > 0) {
      const outcome = await applyAll(world, snapshot, lease, actions, did);
      if (outcome === "lost" || outcome === "failed") return { inMs: failedMs(snapshot) };
      // Saving a status changes nothing that was looked at: the same look tells whether more is to be done.
      if (outcome === "stop" || actions.some(({ kind }) => kind !== "save-status")) continue;
      ({ actions, wakeInMs } = plan(snapshot, world.clock()));
    }
    if (actions.length === 0) return soonest(wakeInMs, snapshot.observed ? null : 1000);
  }
  return { inMs: 100 };
}

async function applyAll(
  world: World,
  snapshot: PodSnapshot,
  lease: Lease,
  actions: readonly Action[],
  did: (action: PlannedAction) => void,
): Promise<Outcome> {
  const inTurn = async (lane: readonly Action[]): Promise<Outcome> => {
    for (const action of lane) {
      const outcome = await applyAction(world, snapshot, lease, action);
      if (outcome === "done" || outcome === "stop") did(plannedAction(snapshot, action));
      if (outcome !== "done") return outcome;
    }
    return "done";
  };
  const isServed = snapshot.facts.routes.some((route) => route.state === "serving");
  for (const lanes of phases(actions, isServed)) {
    const outcomes = await Promise.all(lanes.map(inTurn));
    const worst = (["lost", "failed", "stop"] as const).find((outcome) => outcomes.includes(outcome));
    if (worst) return worst;
  }
  return "done";
}

/** The pause after a failed step: short at first, longer the more often steps of this pod have failed. */
function failedMs({ facts: { pod } }: PodSnapshot): number {
  const count = Math.max(1, ...Object.values(pod.status.failures).map((failure) => failure.count));
  return Math.max(500, retryDelay(count) * 1000);
}

export function plannedAction({ facts: { pod } }: PodSnapshot, action: Action): PlannedAction {
  return { pod: `${pod.tenant}/${pod.name}`, kind: action.kind, detail: describeAction(action) };
}

function soonest(...times: (number | null)[]): NextLook {
  const known = times.filter((ms): ms is number => ms !== null);
  return known.length === 0 ? null : { inMs: Math.max(1, Math.ceil(Math.min(...known))) };
}
