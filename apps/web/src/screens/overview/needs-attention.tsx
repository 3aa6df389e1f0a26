import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { podState } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { Card } from "../../ui/card.tsx";

const most = 5;

/** Pods that somebody must look at, with what is the matter; nothing when there are none. */
export function NeedsAttention({ pods }: { pods: PodSummary[] }) {
  const t = useTranslations("overview");
  const said = useSaid();
  const all = pods.filter((pod) => podState(pod).standing === "attention");
  if (all.length === 0) return null;
  return (
    <Card title={t("needsAttention")} flush>
      <ul className="divide-y">
        {all.slice(0, most).map((pod) => (
          <li key={pod.id}>
            <Go
              href={podHref(pod)}
              className="grid gap-x-4 gap-y-0.5 px-4 py-3 text-sm transition-colors hover:bg-hover sm:grid-cols-[minmax(9rem,14rem)_7rem_1fr]"
            >
              <span className="truncate font-medium">
                {pod.tenant}/{pod.name}
              </span>
              <PhaseText pod={pod} />
              <span className="min-w-0 break-words text-soft">{said(pod.message)}</span>
            </Go>
          </li>
        ))}
        {all.length > most && (
          <li>
            <Go href="/pods?standing=attention" className="block px-4 py-3 text-soft text-sm hover:bg-hover hover:text-ink">
              {t("allOfThem", { count: all.length })}
            </Go>
          </li>
        )}
      </ul>
    </Card>
  );
}
