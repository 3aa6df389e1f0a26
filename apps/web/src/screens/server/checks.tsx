import type { DoctorLine } from "@agentpod/core/api/platform-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

const shapes: Record<DoctorLine["status"], Shape> = { ok: "full", warning: "half", failed: "cross" };
const order: DoctorLine["status"][] = ["failed", "warning", "ok"];

export function CheckAgain() {
  const t = useTranslations("server");
  const query = useQuery(queries.doctor());
  return (
    <Button isBusy={query.isFetching} onClick={() => void query.refetch()}>
      {t("again")}
    </Button>
  );
}

/** What `agentpod doctor` says: whether everything that pods need is in place, and what to do where it is not. */
export function Checks() {
  const t = useTranslations("server");
  const said = useSaid();
  const query = useQuery(queries.doctor());
  return (
    <Card flush>
      <Asked query={query} lines={8}>
        {(lines) => (
          <ul className="divide-y">
            {lines
              .toSorted((a, b) => order.indexOf(a.status) - order.indexOf(b.status))
              .map(({ check, status, message, advice }) => (
                <li
                  key={check + message}
                  className="grid grid-cols-[0.75rem_1fr] gap-x-3 px-4 py-3 text-sm sm:grid-cols-[0.75rem_10rem_1fr]"
                >
                  <span className="pt-1" title={t(`status.${status}`)}>
                    <Mark shape={shapes[status]} />
                    <span className="sr-only">{t(`status.${status}`)}</span>
                  </span>
                  <span className="font-medium">{said(check)}</span>
                  <span className="col-start-2 flex min-w-0 flex-col gap-0.5 sm:col-start-auto">
                    <span className="break-words text-soft">{said(message)}</span>
                    {advice !== null && <span className="break-words">{said(advice)}</span>}
                  </span>
                </li>
              ))}
          </ul>
        )}
      </Asked>
    </Card>
  );
}
