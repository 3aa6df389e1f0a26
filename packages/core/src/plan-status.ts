import type { AdoptedUnit } from "./adopt.ts";
import { isProven } from "./plan-adopt.ts";
import { crashLoopAt, remainingMs, retryDelay, stableSeconds } from "./plan-backoff.ts";
import { describePhase } from "./plan-phase.ts";
import { isToRun, type Pod } from "./pod.ts";
import { type PodView, podFailure, type UnitView } from "./pod-view.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { Condition, Failure, LiveStatus, PodStatus, UnitStatus } from "./status.ts";

/** What is now true of the pod; the stored status unchanged where nothing has changed (times included). */
export function deriveStatus(snapshot: PodSnapshot, view: PodView | null, now: Date): PodStatus {
  const { pod } = snapshot.facts;
  const old = pod.status;
  const { phase, message } = describePhase(snapshot, view);
  return {
    // Settings that a running unit has yet to take are not there yet, though nothing is started for them.
    observedGeneration: view && !view.units.some((unit) => unit.live === "due") ? pod.generation : old.observedGeneration,
    phase,
    message,
    conditions: conditions(snapshot, view, now),
    units: view ? view.units.map((unit) => unitStatus(old, unit)) : old.units,
    failures: view ? failures(pod, view, now) : old.failures,
    routes: view ? routes(snapshot, now) : old.routes,
  };
}

function unitStatus(old: PodStatus, unit: UnitView): UnitStatus {
  // One that ended and is made anew for its settings has ended all the same.
  const current = unit.current ?? (unit.instance?.state === "exited" ? unit.instance : null);
  const before = old.units.find((u) => u.name === unit.spec.name && u.revision === unit.revision);
  const restarted = current !== null && before?.runId != null && before.runId !== current.runId;
  return {
    name: unit.spec.name,
    revision: unit.revision,
    state: current?.state ?? "absent",
    health: unit.health,
    message: unit.message ?? unit.failure?.message ?? null,
    containerId: current?.containerId ?? null,
    pid: current?.pid ?? null,
    // The last run is kept while there is none: its absence is then counted once, and its successor as a restart.
    runId: current?.runId ?? before?.runId ?? null,
    startedAt: current?.startedAt ?? null,
    exitCode: current?.exitCode ?? null,
    restarts: (before?.restarts ?? 0) + (restarted ? 1 : 0),
    ...(unit.channels !== undefined && { channels: unit.channels }),
    ...liveStatus(before?.live, unit),
  };
}

/** Before an instance is told something it is noted that what it holds is no longer known: whoever takes over tells it again. */
function liveStatus(told: LiveStatus | undefined, { live, instance, run }: UnitView): Pick<UnitStatus, "live"> {
  if (live === "due" && instance !== null && run?.live !== undefined)
    return { live: { revision: run.live, runId: instance.runId, state: "applying", message: null } };
  return told !== undefined && told.runId === instance?.runId ? { live: told } : {};
}

/** Failures of wanted revisions; those of the pod as a whole until nothing has failed for a while. */
function failures(owner: Pod, view: PodView, now: Date): PodStatus["failures"] {
  const kept: [string, Failure][] = view.units.flatMap((unit) => (unit.failure ? [[unit.spec.name, unit.failure]] : []));
  const pod = podFailure(owner);
  const isRecent = pod !== null && remainingMs(pod.lastAt, stableSeconds + retryDelay(pod.count), now) > 0;
  return Object.fromEntries(pod && (isRecent || !pod.retry) ? [...kept, ["@pod", pod]] : kept);
}

function routes(snapshot: PodSnapshot, now: Date): PodStatus["routes"] {
  const old = snapshot.facts.pod.status.routes;
  return Object.fromEntries(
    snapshot.facts.routes.map((route) => {
      const upstream = route.upstreams[0]?.id ?? "";
      const before = old[route.id];
      return [route.id, before?.upstream === upstream ? before : { upstream, version: route.version, switchedAt: now.toISOString() }];
    }),
  );
}

type Draft = Omit<Condition, "since">;

function conditions(snapshot: PodSnapshot, view: PodView | null, now: Date): Condition[] {
  const { pod, routes: rows } = snapshot.facts;
  const drafts: Draft[] = [
    view
      ? draft("RuntimeAnswers", "true", "Answers", "The runtime answers.")
      : draft(
          "RuntimeAnswers",
          "false",
          "NoAnswer",
          "The runtime does not answer; what runs goes on, nothing can be changed until it is back.",
          "system",
        ),
  ];
  if (view) drafts.push(ready(pod, view), ...crashLoops(view), ...failedSteps(view, podFailure(pod)), ...noRoom(view));
  if (view && rows.length > 0) drafts.push(routed(snapshot));
  if (view && snapshot.facts.adoption) drafts.push(adopted(snapshot.facts.adoption, view, isProven(pod.status)));
  if (!snapshot.server.can.limits && pod.desired === "running")
    drafts.push(
      draft("LimitsEnforced", "false", "NotEnforced", "This runtime does not enforce memory and CPU limits on this machine.", "system"),
    );
  return drafts.map((next) => {
    const before = pod.status.conditions.find((c) => c.type === next.type && c.reason === next.reason && c.status === next.status);
    return { ...next, since: before?.since ?? now.toISOString() };
  });
}

function ready(pod: Pod, view: PodView): Draft {
  if (!isToRun(pod)) return draft("Ready", "false", "NotWanted", "The pod is not meant to run.");
  const waiting = view.units.find((unit) => !unit.isReady);
  if (!waiting) return draft("Ready", "true", "AllReady", "Every unit is ready.");
  const message = waiting.failure?.message ?? waiting.message ?? `${waiting.spec.name} is starting.`;
  return draft("Ready", "false", waiting.failure ? "UnitFailed" : "Starting", message, waiting.failure?.fault ?? null);
}

function crashLoops(view: PodView): Draft[] {
  const looping = view.units.find((unit) => (unit.failure?.count ?? 0) >= crashLoopAt && !unit.isReady);
  if (!looping?.failure) return [];
  const message = `${looping.spec.name} failed ${looping.failure.count} times in a row: ${looping.failure.message}`;
  return [draft("CrashLoop", "true", "FailsAgain", message, looping.failure.fault)];
}

function failedSteps(view: PodView, ofPod: Failure | null): Draft[] {
  const failure = view.units.map((unit) => unit.failure).find((f) => f && f.runId === null) ?? ofPod;
  if (!failure || view.units.every((unit) => unit.isReady)) return [];
  return [draft("Prepared", "false", reasonWord(failure.reason), failure.message, failure.fault)];
}

function noRoom(view: PodView): Draft[] {
  const missing = view.allocated.missing[0];
  if (!missing) return [];
  return [
    draft(
      "Admitted",
      "false",
      "NothingLeft",
      `No free ${missing.kind.replace("_", " ")} is left in the configured range; widen it or delete pods.`,
      "system",
    ),
  ];
}

function routed(snapshot: PodSnapshot): Draft {
  const { routes: rows } = snapshot.facts;
  if (!snapshot.gateway)
    return draft("Routed", "unknown", "GatewayAway", "The gateway's control socket does not answer; it serves its last routes.", "system");
  const { servedVersion, portErrors } = snapshot.gateway;
  const blocked = rows.find((row) => portErrors[row.id]);
  if (blocked)
    return draft(
      "Routed",
      "false",
      "PortTaken",
      `Port ${blocked.publicPort} of a route could not be opened: ${portErrors[blocked.id]}`,
      "system",
    );
  return rows.every((row) => row.version <= servedVersion)
    ? draft("Routed", "true", "Served", "The gateway serves every route.")
    : draft("Routed", "false", "Pending", "The gateway has not taken the newest routes yet.");
}

function adopted({ found: { name }, isReleasing }: AdoptedUnit, view: PodView, wasProven: boolean): Draft {
  const all = [...view.units.flatMap((unit) => [...(unit.current ? [unit.current] : []), ...unit.old]), ...view.strays];
  const state = all.find((o) => o.adoption)?.adoption;
  if (isReleasing) return draft("Adopted", "false", "Releasing", `Container ${name} is being given back.`);
  if (state === "pending") return draft("Adopted", "false", "Pending", `Container ${name} is being taken over.`);
  if (state === "taken" && !wasProven && view.units.some((unit) => !unit.isReady)) {
    const isSick = view.units.some((unit) => unit.health === "unhealthy");
    return isSick
      ? draft(
          "Adopted",
          "true",
          "Unproven",
          `Container ${name} was taken over and is left alone, for it has not been well since: see that the pod's port and probe are right.`,
          "user",
        )
      : draft("Adopted", "true", "Unproven", `Container ${name} was taken over; whether it is well is not known yet.`);
  }
  return state === "taken"
    ? draft(
        "Adopted",
        "true",
        "AsFound",
        `Container ${name} was taken over and runs as it was found; the pod's limits hold once it is made anew.`,
      )
    : draft("Adopted", "true", "MadeAnew", `Made anew in place of container ${name}, with its volumes and folders.`);
}

function draft(
  type: Condition["type"],
  status: Condition["status"],
  reason: string,
  message: string,
  fault: Condition["fault"] = null,
): Draft {
  return { type, status, reason, message, fault };
}

function reasonWord(reason: string): string {
  return reason.replace(/(^|_)([a-z])/g, (_all, _gap, letter: string) => letter.toUpperCase());
}
