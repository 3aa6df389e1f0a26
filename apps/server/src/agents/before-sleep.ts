import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import { sleepObstacles } from "@agentpod/core/products/agents/hibernation-rules";
import type { AppDeps } from "../app-deps.ts";
import { askRest } from "./ask-rest.ts";

/**
 * When a running pod that its owner puts to sleep has to wake for a job of its own: null for never, and for what is no agent.
 * Throws `conflict` where an agent would miss messages, is at work, or does not say what jobs it has.
 */
export async function wakeTimeOf(
  pod: Pod,
  token: (secret: string) => Promise<string>,
  deps: Pick<AppDeps, "runtime" | "clock">,
): Promise<string | null> {
  const gateway = gatewayUnit(pod.spec);
  if (gateway === null || pod.desired !== "running") return null;
  const [obstacle] = sleepObstacles(pod.spec);
  if (obstacle !== undefined) throw new AppError("conflict", `${podLabel(pod)} is not put to sleep: ${obstacle} Stop it instead.`);
  const unit = pod.status.units.find(({ name }) => name === gateway.unit);
  const rest = await askRest({
    dial: () => deps.runtime.dial({ pod: pod.id, unit: gateway.unit, revision: unit?.revision ?? "" }, gateway.port),
    token: await token(gateway.secret),
    idleSeconds: 0,
    now: deps.clock(),
  });
  if (rest.kind === "rest") return rest.wakeAt;
  throw new AppError("conflict", `${podLabel(pod)} is not put to sleep, for ${rest.why}; try again later, or stop it.`);
}
