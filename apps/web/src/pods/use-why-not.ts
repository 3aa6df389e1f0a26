import type { PodSummary } from "@agentpod/core/api/pod-view";
import { type PodAction, type PodFactsForAction, podCan } from "@agentpod/core/pod-can";
import { useTranslations } from "use-intl";
import { useHeld } from "../session/use-may.ts";

type Facts = Pick<PodSummary, "tenant"> & PodFactsForAction;

/** Says why something cannot be done with a pod now; null when it can. The rules are the API's own. */
export function useWhyNot(): (pod: Facts, action: PodAction) => string | null {
  const t = useTranslations("whyNot");
  const held = useHeld();
  return (pod, action) => {
    const { code } = podCan(new Set(held(pod.tenant)), pod, action);
    if (code === "ok") return null;
    return t(code);
  };
}
