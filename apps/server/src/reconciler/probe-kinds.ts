import type { ProbeSpec } from "@agentpod/core/pod-spec";
import type { ProbeTarget } from "@agentpod/core/probe-health";
import type { Runtime } from "@agentpod/core/runtime";
import { agentProbe } from "../agents/agent-probe.ts";
import { askExec, askHttp, askTcp, askWebSocket } from "./probe-unit.ts";
import type { ProbeDeps, UnitProbe } from "./unit-probe.ts";

type Kind = ProbeSpec["kind"];
type Ask<K extends Kind> = (
  runtime: Runtime,
  target: ProbeTarget,
  probe: Extract<ProbeSpec, { kind: K }>,
  signal: AbortSignal,
) => Promise<string | null>;

/** One that begins anew each time. */
const fresh =
  <K extends Kind>(ask: Ask<K>) =>
  ({ runtime }: ProbeDeps): UnitProbe => ({
    ask: async (target, signal) => ({
      failure: await ask(runtime, target, target.probe as Extract<ProbeSpec, { kind: K }>, signal),
      channels: null,
    }),
    stop: () => undefined,
  });

const kinds: Record<Kind, (deps: ProbeDeps) => UnitProbe> = {
  http: fresh<"http">(askHttp),
  tcp: fresh<"tcp">(askTcp),
  exec: fresh<"exec">(askExec),
  websocket: fresh<"websocket">(askWebSocket),
  agent: agentProbe,
};

/** A probe of this kind for one run; asked with probes of the same kind alone. */
export const startUnitProbe = (kind: Kind, deps: ProbeDeps): UnitProbe => kinds[kind](deps);
