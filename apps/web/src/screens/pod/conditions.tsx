import type { PodView } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Card } from "../../ui/card.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

type Condition = PodView["conditions"][number];

/** One that says that something is wrong, rather than right. */
const isBadNews = (type: Condition["type"]): boolean => type === "CrashLoop";

function shapeOf({ type, status, fault }: Condition): Shape {
  if (status === "unknown") return "dashed";
  if ((status === "true") !== isBadNews(type)) return "full";
  return fault === null ? "half" : "cross";
}

/** What is true of the pod, in words: each condition as a question, its answer, and what to do. */
export function Conditions({ conditions }: { conditions: Condition[] }) {
  const t = useTranslations("conditions");
  const said = useSaid();
  if (conditions.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul className="divide-y">
        {conditions.map((condition) => (
          <li key={condition.type} className="grid grid-cols-[0.75rem_1fr_auto] gap-x-3 px-4 py-3 text-sm">
            <span className="pt-1">
              <Mark shape={shapeOf(condition)} />
            </span>
            <span className="flex min-w-0 flex-col gap-0.5">
              <span className="font-medium">{t(`${condition.type}.${condition.status}`)}</span>
              <span className="break-words text-soft">{said(condition.message)}</span>
              {condition.fault !== null && <span className="text-soft text-xs">{t(`fault.${condition.fault}`)}</span>}
            </span>
            <span className="whitespace-nowrap text-soft text-xs">
              <Ago at={condition.since} />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
