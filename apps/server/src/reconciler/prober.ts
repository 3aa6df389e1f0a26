import type { ProbeSpec } from "@agentpod/core/pod-spec";
import { firstProbeState, nextProbeState, type ProbeState, type ProbeTarget, probeDelayMs } from "@agentpod/core/probe-health";
import { type Rest, restOfAll } from "@agentpod/core/rest";
import type { Runtime } from "@agentpod/core/runtime";
import { sameJson } from "@agentpod/core/same-json";
import type { HealthReport } from "@agentpod/core/snapshot";
import { startUnitProbe } from "./probe-kinds.ts";
import { probeUnit } from "./probe-unit.ts";
import type { ProbeDeps, UnitProbe } from "./unit-probe.ts";

export interface Prober {
  /** Probes exactly these runs of a pod from now on; known ones go on undisturbed. A look older than the last one given is dropped. */
  track(pod: string, targets: readonly ProbeTarget[], order: number): void;
  /** Forgets all pods but these. */
  retain(pods: ReadonlySet<string>): void;
  /** The last word on a run; null when it was never probed. */
  report(runId: string): HealthReport | null;
  /** Asks the runs of a pod whether it may be put to sleep after so many seconds without a visit; what says no is reported as busy from then on. */
  rest(pod: string, idleSeconds: number): Promise<Rest>;
  stop(): void;
}

interface Watched {
  target: ProbeTarget;
  unitProbe: UnitProbe;
  state: ProbeState;
  isAsking: boolean;
  /** Something was heard while it was being asked. */
  isNudged: boolean;
  timer: NodeJS.Timeout | null;
  abort: AbortController;
  /** Until when it said that it cannot be put to sleep, on the clock of `performance.now()`: the machine's own may be set. */
  busyUntilMs: number;
}

const togetherMs = 2000;

/**
 * A pause of about this length, in milliseconds, that ends when those of others do: many probes at once cost a fraction of
 * as many one by one, for the processor is awake and what they need is at hand. Short ones are kept as they are.
 */
export function withOthers(inMs: number, nowMs: number): number {
  if (inMs < 2 * togetherMs) return inMs;
  return Math.round((nowMs + inMs) / togetherMs) * togetherMs - nowMs;
}

/** Probes runs on their own schedule and calls `changed` with the pod when what is known of one changes. */
export function startProber(runtime: Runtime, clock: () => Date, secrets: ProbeDeps["secrets"], changed: (pod: string) => void): Prober {
  const watched = new Map<string, Watched>();
  const byPod = new Map<string, { runs: Set<string>; order: number }>();

  const probe = async (entry: Watched): Promise<void> => {
    entry.timer = null;
    entry.isAsking = true;
    entry.isNudged = false;
    const answer = await probeUnit(entry.unitProbe, entry.target, entry.abort.signal);
    if (entry.abort.signal.aborted) return;
    entry.isAsking = false;
    const before = entry.state;
    entry.state = nextProbeState(before, entry.target, answer, clock());
    const inMs = entry.isNudged ? 0 : probeDelayMs(entry.state, entry.target.probe);
    entry.timer = setTimeout(probe, entry.state.failures === 0 ? withOthers(inMs, performance.now()) : inMs, entry).unref();
    const isSame = before.report.state === entry.state.report.state && sameJson(before.report.channels, entry.state.report.channels);
    if (!isSame) changed(entry.target.id.pod);
  };
  const begin = (target: ProbeTarget, state: ProbeState): void => {
    const nudge = (): void => {
      entry.isNudged = true;
      if (entry.isAsking || entry.abort.signal.aborted) return;
      if (entry.timer) clearTimeout(entry.timer);
      void probe(entry);
    };
    const unitProbe = startUnitProbe(target.probe.kind, { runtime, secrets, nudge });
    const entry: Watched = {
      target,
      unitProbe,
      state,
      isAsking: false,
      isNudged: false,
      timer: null,
      abort: new AbortController(),
      busyUntilMs: 0,
    };
    watched.set(target.runId, entry);
    void probe(entry);
  };
  const forget = (runId: string): void => {
    const entry = watched.get(runId);
    if (!entry) return;
    entry.abort.abort();
    entry.unitProbe.stop();
    if (entry.timer) clearTimeout(entry.timer);
    watched.delete(runId);
  };

  return {
    track(pod, targets, order) {
      const before = byPod.get(pod);
      if (before && before.order > order) return;
      const wanted = new Set(targets.map((target) => target.runId));
      for (const runId of before?.runs ?? []) if (!wanted.has(runId)) forget(runId);
      byPod.set(pod, { runs: wanted, order });
      for (const target of targets) {
        const known = watched.get(target.runId);
        if (known && isSameProbe(known.target.probe, target.probe)) known.target = target;
        else {
          forget(target.runId);
          begin(target, known?.state ?? firstProbeState(clock(), target.channels));
        }
      }
    },
    retain(pods) {
      for (const [pod, { runs }] of byPod) {
        if (pods.has(pod)) continue;
        for (const runId of runs) forget(runId);
        byPod.delete(pod);
      }
    },
    report(runId) {
      const entry = watched.get(runId);
      // Until the first answer there is no word: what was remembered of the run holds.
      if (!entry || (entry.state.failures === 0 && !entry.state.everHealthy)) return null;
      const busyMs = entry.busyUntilMs - performance.now();
      return busyMs <= 0 ? entry.state.report : { ...entry.state.report, busyUntil: new Date(clock().getTime() + busyMs).toISOString() };
    },
    async rest(pod, idleSeconds) {
      const asked = [...(byPod.get(pod)?.runs ?? [])].flatMap((runId) => watched.get(runId) ?? []);
      const rests = await Promise.all(
        asked.map(async (entry): Promise<Rest> => {
          const now = clock();
          const rest = (await entry.unitProbe.rest?.(entry.target, idleSeconds, now)) ?? { kind: "rest", wakeAt: null };
          if (rest.kind === "stay") entry.busyUntilMs = performance.now() + Math.max(0, Date.parse(rest.until) - now.getTime());
          return rest;
        }),
      );
      return restOfAll(rests);
    },
    stop() {
      for (const runId of [...watched.keys()]) forget(runId);
      byPod.clear();
    },
  };
}

/** What a probe keeps holds for its own port and secret alone. */
function isSameProbe(a: ProbeSpec, b: ProbeSpec): boolean {
  return a.kind === b.kind && (a.kind !== "agent" || sameJson(a, b));
}
