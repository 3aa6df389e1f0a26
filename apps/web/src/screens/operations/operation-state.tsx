import type { OperationState as State } from "@agentpod/core/operation";
import { useTranslations } from "use-intl";
import { Mark, type Shape } from "../../ui/mark.tsx";

export const stateShapes: Record<State, Shape> = {
  queued: "ring",
  running: "half",
  succeeded: "full",
  failed: "cross",
  cancelled: "dashed",
};

/** How an operation stands: shape and word. */
export function OperationState({ state }: { state: State }) {
  const t = useTranslations("operations");
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Mark shape={stateShapes[state]} />
      {t(`states.${state}`)}
    </span>
  );
}
