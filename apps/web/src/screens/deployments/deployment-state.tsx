import type { DeploymentState as State } from "@agentpod/core/deployment";
import { useTranslations } from "use-intl";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<State, Shape> = {
  queued: "ring",
  running: "half",
  succeeded: "full",
  failed: "cross",
  cancelled: "dashed",
  superseded: "dashed",
};

/** How a deployment stands: shape and word. */
export function DeploymentState({ state }: { state: State }) {
  const t = useTranslations("deployments");
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Mark shape={shapes[state]} />
      {t(`states.${state}`)}
    </span>
  );
}
