import type { ProbeAnswer, ProbeTarget } from "@agentpod/core/probe-health";
import type { Rest } from "@agentpod/core/rest";
import type { Runtime } from "@agentpod/core/runtime";

/** Asks one run, again and again; may keep what makes the next time cheaper. */
export interface UnitProbe {
  /** Ends with the signal. Throws an error whose message can be shown. */
  ask(target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer>;
  /** Asks whether the run may be put to sleep. Absent: it may, whenever nobody asks for it. Does not throw. */
  rest?(target: ProbeTarget, idleSeconds: number, now: Date): Promise<Rest>;
  /** Lets go of what it keeps; nothing is asked any more. */
  stop(): void;
}

export interface ProbeDeps {
  runtime: Runtime;
  /** Decrypted secrets of a pod (id); never logged. */
  secrets(pod: string): Promise<Record<string, string>>;
  /** Something was heard: it is worth asking now. */
  nudge(): void;
}
