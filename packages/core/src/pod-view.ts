import type { ChannelHealth } from "./channel-health.ts";
import { heldLive, type LiveStanding, liveStanding } from "./live-settings.ts";
import { type Allocated, allocate } from "./plan-allocate.ts";
import { isDue, remainingMs, settleSeconds } from "./plan-backoff.ts";
import { isToRun, type Pod } from "./pod.ts";
import type { ProbeSpec, UnitSpec } from "./pod-spec.ts";
import { liveRevision, podNeeds, podScope, resolveUnit, unitNeeds, unitRevision } from "./resolve-unit.ts";
import { type Rollout, rolloutOf, startOrder } from "./rollout.ts";
import type { ObservedUnit, PodScope, UnitRun } from "./runtime.ts";
import type { HealthReport, PodSnapshot } from "./snapshot.ts";
import type { Failure, Health } from "./status.ts";
import { unitFailure } from "./unit-failure.ts";

/** Wanted and observed of one unit, side by side. */
export interface UnitView {
  spec: UnitSpec;
  rollout: Rollout;
  revision: string;
  /** Null while a port could not be allocated. */
  run: UnitRun | null;
  /** With placeholders filled; null without one, or without `run`. */
  probe: ProbeSpec | null;
  /** With placeholders filled: how a running instance is told of changed settings; null where it cannot, or without `run`. */
  telling: NonNullable<UnitSpec["live"]> | null;
  /** The instance at the wanted revision, unless it has to be made anew for its settings. */
  current: ObservedUnit | null;
  /** Instances of this unit at other revisions, and one that has to be made anew. */
  old: ObservedUnit[];
  /** Whether the instance at the wanted revision has the settings that are wanted. */
  live: LiveStanding;
  /** That instance, though it has to be made anew. */
  instance: ObservedUnit | null;
  health: Health;
  /** The prober's sentence when not healthy. */
  message: string | null;
  /** As the prober last heard, of this run or one before; undefined where its probe tells of none. */
  channels: ChannelHealth[] | undefined;
  isReady: boolean;
  /** Of a task: ended with exit code 0. */
  isDone: boolean;
  /** Failures of the wanted revision, this look's included. */
  failure: Failure | null;
  /** What it waits for is ready. */
  dependenciesReady: boolean;
  /** Will be created or started by this plan. */
  starts: boolean;
}

export interface PodView {
  scope: PodScope;
  /** In start order. */
  units: UnitView[];
  /** Instances of units that the spec no longer has. */
  strays: ObservedUnit[];
  allocated: Allocated;
}

/** Puts wanted and observed side by side; everything the plan and the status decide by. */
export function viewPod(snapshot: PodSnapshot, observed: NonNullable<PodSnapshot["observed"]>, now: Date): PodView {
  const { pod, allocations } = snapshot.facts;
  let allocated = allocate(snapshot, heldFor(snapshot, now), podNeeds(snapshot));
  const units: UnitView[] = [];
  for (const spec of startOrder(pod.spec)) {
    const revision = unitRevision(snapshot, spec, allocated.all);
    const more = allocate(snapshot, allocated.all, unitNeeds(snapshot, spec, revision));
    allocated = { all: more.all, added: [...allocated.added, ...more.added], missing: [...allocated.missing, ...more.missing] };
    units.push(viewUnit(snapshot, observed, spec, revision, allocated, units, now));
  }
  const names = new Set(pod.spec.units.map((unit) => unit.name));
  // Held now and given up by this plan: also when the same number was chosen again.
  allocated.added = allocated.added.filter(
    (a) => !allocations.some((b) => b.kind === a.kind && b.purpose === a.purpose && b.value === a.value),
  );
  return { scope: podScope(snapshot, allocated.all), units, strays: observed.units.filter((unit) => !names.has(unit.id.unit)), allocated };
}

/** Without a number it cannot run. A route's own port is no such number: the pod is reached by its name all the same. */
export function lacksNumber(view: Pick<PodView, "allocated">): boolean {
  return view.allocated.missing.some((need) => need.kind !== "public_port");
}

/** The last failure of a step for the pod as a whole, while its intent is the same. */
export function podFailure(pod: Pod): Failure | null {
  const failure = pod.status.failures["@pod"];
  return failure?.revision === String(pod.generation) ? failure : null;
}

/** Allocations the pod keeps: numbers that turned out to be in use by a stranger are given up when it is tried again. */
function heldFor(snapshot: PodSnapshot, now: Date): PodSnapshot["facts"]["allocations"] {
  const { pod, allocations } = snapshot.facts;
  const lost = new Set(
    Object.entries(pod.status.failures)
      .filter(([unit, failure]) => failure.reason === "conflict" && isDue(failure, now) && !isRunning(snapshot, unit, failure.revision))
      .map(([unit]) => unit),
  );
  const network = podFailure(pod);
  const isPlaceLost = network?.reason === "conflict" && isDue(network, now) && snapshot.observed?.prepared === false;
  return allocations.filter((a) =>
    a.kind === "subnet" || a.kind === "uid" ? !isPlaceLost : a.kind !== "port" || !lost.has(a.purpose.split("/")[0] ?? ""),
  );
}

function isRunning(snapshot: PodSnapshot, unit: string, revision: string): boolean {
  return snapshot.observed?.units.some((o) => o.id.unit === unit && o.id.revision === revision && o.state === "running") ?? false;
}

function viewUnit(
  snapshot: PodSnapshot,
  observed: NonNullable<PodSnapshot["observed"]>,
  spec: UnitSpec,
  revision: string,
  allocated: Allocated,
  before: readonly UnitView[],
  now: Date,
): UnitView {
  const { pod } = snapshot.facts;
  const instances = observed.units.filter((unit) => unit.id.unit === spec.name);
  const instance = instances.find((unit) => unit.id.revision === revision) ?? null;
  const isTask = pod.spec.lifecycle === "task";
  const report = instance ? snapshot.health[instance.runId] : undefined;
  const settled = instance?.startedAt ? remainingMs(instance.startedAt, settleSeconds, now) === 0 : false;
  const hasDone = isTask && instance?.state === "exited" && instance.exitCode === 0;
  const wantedLive = liveRevision(snapshot, spec, allocated.all);
  const told = pod.status.units.find((unit) => unit.name === spec.name && unit.revision === revision)?.live;
  const isUp = instance?.state === "running" && (spec.probe ? report?.state === "healthy" : settled);
  const live = isToRun(pod) ? liveStanding({ told, instance, wanted: wantedLive, isUp, isDone: hasDone }) : "same";
  const current = live === "stale" ? null : instance;
  const isOutdated = live === "stale" && instance !== null && heldLive(told, instance) !== wantedLive;
  const running = current?.state === "running";
  const health: Health = !running ? "none" : spec.probe ? (report?.state ?? "starting") : "none";
  const isDone = hasDone && current !== null;
  const isServed = snapshot.facts.routes.some((route) =>
    route.upstreams.some((upstream) => upstream.id === `${pod.id}/${spec.name}/${revision}`),
  );
  const failure = unitFailure(pod, spec, revision, instance, report, isDone, isServed, { wanted: wantedLive, isOutdated }, now);
  const dependenciesReady = spec.dependsOn.every((name) => before.some((unit) => unit.spec.name === name && (unit.isReady || unit.isDone)));
  const resolved = resolveUnit(snapshot, spec, revision, allocated.all);
  return {
    spec,
    // One that has to be made anew stands where the new one will.
    rollout: live === "stale" ? "replace" : rolloutOf(spec, pod.spec),
    revision,
    run: resolved?.run ?? null,
    probe: resolved?.probe ?? null,
    telling: resolved?.live ?? null,
    current,
    old: instances.filter((unit) => unit !== current),
    live,
    instance,
    health,
    message: report?.message || null,
    channels: channelsOf(pod, spec, report),
    isReady: isDone || (running && (spec.probe ? health === "healthy" : settled)),
    isDone,
    failure,
    dependenciesReady,
    starts:
      isToRun(pod) && resolved !== null && !running && !isDone && dependenciesReady && isDue(failure, now) && isDue(podFailure(pod), now),
  };
}

/** Until a new run has told of its channels, what was known of them holds: a restart loses none and regains none. */
function channelsOf(pod: Pod, spec: UnitSpec, report: HealthReport | undefined): ChannelHealth[] | undefined {
  if (spec.probe?.kind !== "agent" || pod.desired !== "running") return undefined;
  return report?.channels ?? pod.status.units.find(({ name }) => name === spec.name)?.channels;
}
