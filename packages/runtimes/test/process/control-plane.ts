// A control plane that starts one unit and dies at a step of it: node control-plane.ts '<json>'.
import type { RuntimeContext, UnitRun } from "@agentpod/core/runtime";
import { programArtifact } from "../../src/conformance/program.ts";
import type { ProcessOptions, StartStep } from "../../src/process/context.ts";
import { openContext } from "../../src/process/open-context.ts";
import { startUnit } from "../../src/process/start-unit.ts";

export interface Plan {
  context: Pick<RuntimeContext, "installation" | "stateDir"> & ProcessOptions;
  run: UnitRun;
  /** Null: it starts the unit and lives on. */
  dieAt: StartStep | null;
}

const plan = JSON.parse(process.argv[2] ?? "") as Plan;
const { open: openArtifact } = await programArtifact();
const context = await openContext({ ...plan.context, openArtifact });
context.reached = (step) => {
  if (step === plan.dieAt) process.kill(process.pid, "SIGKILL");
};
await startUnit(context, plan.run);
