"use client";
import type { AlertView } from "@agentpod/core/api/alert-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { alertQueries } from "./alert-queries.ts";
import { subjectHref } from "./alert-words.ts";
import { useOwner } from "./use-owner.ts";

const shapes: Record<AlertView["state"], Shape> = { pending: "half", firing: "cross", resolved: "ring" };

/** What is the matter now, and what was. */
export function AlertList() {
  const t = useTranslations("alerts");
  const { chosen } = useOwner();
  const open = useQuery(alertQueries.open(chosen));
  const all = useQuery(alertQueries.all(chosen));
  return (
    <>
      <Card title={t("open")} flush>
        <Asked query={open}>
          {(list) =>
            list.length === 0 ? (
              <Empty title={t("allWellTitle")} text={t("allWellText")} command="./agentpod alert list --all" />
            ) : (
              <Alerts label={t("open")} alerts={list} />
            )
          }
        </Asked>
      </Card>
      <Card title={t("recent")} flush>
        <Asked query={all} lines={2}>
          {(list) => {
            const resolved = list.filter(({ state }) => state === "resolved");
            return resolved.length === 0 ? (
              <p className="px-4 py-8 text-center text-soft text-sm">{t("noneRecent")}</p>
            ) : (
              <Alerts label={t("recent")} alerts={resolved} />
            );
          }}
        </Asked>
      </Card>
    </>
  );
}

function Alerts({ label, alerts }: { label: string; alerts: AlertView[] }) {
  const t = useTranslations("alerts");
  const said = useSaid();
  return (
    <ul aria-label={label} className="divide-y">
      {alerts.map((alert) => {
        const href = subjectHref(alert);
        return (
          <li
            key={alert.id}
            className="grid grid-cols-[0.75rem_1fr] gap-x-3 gap-y-1 px-4 py-3 text-sm sm:grid-cols-[0.75rem_minmax(8rem,14rem)_1fr_auto]"
          >
            <span className="pt-1">
              <Mark shape={shapes[alert.state]} />
            </span>
            <span className="flex min-w-0 flex-col">
              {href === null ? (
                <span className="break-all font-medium">{alert.subjectName}</span>
              ) : (
                <Go href={href} className="break-all rounded font-medium underline-offset-4 hover:underline">
                  {alert.subjectName}
                </Go>
              )}
              <span className="text-soft text-xs">{t(`states.${alert.state}`)}</span>
            </span>
            <span className="col-start-2 flex min-w-0 flex-col sm:col-start-auto">
              <span className="break-words">{said(alert.message)}</span>
              <span className="text-soft text-xs">{t("foundBy", { kind: t(`kinds.${alert.kind}`), rule: alert.rule })}</span>
            </span>
            <span className="col-start-2 whitespace-nowrap text-soft text-xs sm:col-start-auto sm:text-right">
              {alert.resolvedAt === null ? (
                <>
                  {t("since")} <Ago at={alert.since} />
                </>
              ) : (
                <>
                  {t("resolved")} <Ago at={alert.resolvedAt} />
                </>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
