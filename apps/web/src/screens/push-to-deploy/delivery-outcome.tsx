import type { HookOutcome } from "@agentpod/core/deployment-hook";
import { useTranslations } from "use-intl";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<HookOutcome, Shape> = { ping: "ring", ignored: "dashed", fetching: "half", queued: "full", failed: "cross" };

/** What came of a delivery: shape and word. */
export function DeliveryOutcome({ outcome }: { outcome: HookOutcome }) {
  const t = useTranslations("push");
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Mark shape={shapes[outcome]} />
      {t(`outcomes.${outcome}`)}
    </span>
  );
}
