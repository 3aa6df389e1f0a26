import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { At } from "../../i18n/time.tsx";

/** When an agent that sleeps will be back; nothing of one that is awake. */
export function AsleepWords({ pod: { asleep } }: { pod: Pick<PodSummary, "asleep"> }) {
  const t = useTranslations("agents");
  if (asleep === undefined) return null;
  return (
    <span className="text-[13px] text-soft">
      {asleep.wakeAt === null ? (
        t("wakesWhenAsked")
      ) : (
        <>
          {t("wakesAt")} <At at={asleep.wakeAt} />
        </>
      )}
    </span>
  );
}
