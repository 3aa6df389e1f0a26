import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import type { Messages } from "../i18n/messages.ts";
import { PodMark } from "./pod-mark.tsx";

type PhaseKey = keyof Messages["phase"];

/** A pod's state: shape and word. */
export function PhaseText({ pod }: { pod: Pick<PodSummary, "phase" | "health"> }) {
  const t = useTranslations("phase");
  const isUnwell = pod.phase === "running" && pod.health === "unhealthy";
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <PodMark pod={pod} />
      {isUnwell ? t("unhealthy") : t.has(pod.phase as PhaseKey) ? t(pod.phase as PhaseKey) : pod.phase}
    </span>
  );
}
