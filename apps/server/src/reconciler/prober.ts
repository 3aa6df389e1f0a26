import { firstProbeState, nextProbeState, type ProbeState, type ProbeTarget, probeDelayMs } from "@agentpod/core/probe-health";
import type { Runtime } from "@agentpod/core/runtime";
import type { HealthReport } from "@agentpod/core/snapshot";
import { probeUnit } from "./probe-unit.ts";

export interface Prober {
  /** Probes exactly these runs of a pod from now on; known ones go on undisturbed. A look older than the last one given is dropped. */
  track(pod: string, targets: readonly ProbeTarget[], order: number): void;
  /** Forgets all pods but these. */
  retain(pods: ReadonlySet<string>): void;
  /** The last word on a run; null when it was never probed. */
  report(runId: string): HealthReport | null;
  stop(): void;
}

interface Watched {
  target: ProbeTarget;
  state: ProbeState;
  timer: NodeJS.Timeout | null;
  abort: AbortController;
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

/** Probes runs on their own schedule and calls `changed` with the pod when one's health changes. */
export function startProber(runtime: Runtime, clock: () => Date, changed: (pod: string) => void): Prober {
  const watched = new Map<string, Watched>();
  const byPod = new Map<string, { runs: Set<string>; order: number }>();

  const probe = async (entry: Watched): Promise<void> => {
    entry.timer = null;
    const failure = await probeUnit(runtime, entry.target, entry.abort.signal);
    if (entry.abort.signal.aborted) return;
    const before = entry.state;
    entry.state = nextProbeState(before, entry.target, failure, clock());
    const inMs = probeDelayMs(entry.state, entry.target.probe);
    entry.timer = setTimeout(probe, entry.state.failures === 0 ? withOthers(inMs, performance.now()) : inMs, entry).unref();
    if (before.report.state !== entry.state.report.state) changed(entry.target.id.pod);
  };
  const forget = (runId: string): void => {
    const entry = watched.get(runId);
    if (!entry) return;
    entry.abort.abort();
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
        if (known) known.target = target;
        else {
          const entry: Watched = { target, state: firstProbeState(clock()), timer: null, abort: new AbortController() };
          watched.set(target.runId, entry);
          void probe(entry);
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
      return entry && (entry.state.failures > 0 || entry.state.everHealthy) ? entry.state.report : null;
    },
    stop() {
      for (const runId of [...watched.keys()]) forget(runId);
      byPod.clear();
    },
  };
}
