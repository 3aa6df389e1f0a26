"use client";
import type { DumpScheduleView } from "@agentpod/core/api/dump-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Ago, At } from "../../../i18n/time.tsx";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { Facts } from "../../../ui/facts.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { databaseQueries } from "./database-queries.ts";
import { DumpScheduleForm } from "./dump-schedule-form.tsx";

interface ScheduleProps {
  pod: Pick<PodView, "tenant" | "name">;
  unit: string;
  isOneOfSeveral: boolean;
}

/** When dumps of a database are made by themselves and tried out once more, and what is wrong with that. */
export function DumpSchedule({ pod: { tenant, name }, unit, isOneOfSeveral }: ScheduleProps) {
  const t = useTranslations("podDatabase");
  const query = useQuery(databaseQueries.schedules(tenant));
  return (
    <Card title={isOneOfSeveral ? t("scheduleOf", { unit }) : t("schedule")}>
      <Asked query={query}>
        {(list) => {
          const schedule = list.find((one) => one.pod === name && one.unit === unit) ?? null;
          return (
            <div className="flex max-w-2xl flex-col gap-5">
              {schedule === null ? <p className="text-soft text-sm">{t("offText")}</p> : <Standing schedule={schedule} />}
              <DumpScheduleForm key={JSON.stringify(settingsOf(schedule))} of={{ tenant, pod: name, unit }} schedule={schedule} />
            </div>
          );
        }}
      </Asked>
    </Card>
  );
}

/** Without what each run changes: a form that is being filled in stays. */
const settingsOf = (schedule: DumpScheduleView | null) =>
  schedule && [schedule.cron, schedule.timeZone, schedule.target, schedule.keep, schedule.checkCron];

function Standing({ schedule: { problem, nextAt, nextCheckAt, lastSuccessAt } }: { schedule: DumpScheduleView }) {
  const t = useTranslations("podDatabase");
  const backups = useTranslations("podBackups");
  const said = useSaid();
  return (
    <>
      {problem !== null && (
        <p role="alert" className="flex items-start gap-2 text-sm">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words font-medium">{said(problem)}</span>
        </p>
      )}
      <Facts
        facts={[
          [t("next"), <At key="next" at={nextAt} />],
          [t("last"), lastSuccessAt === null ? backups("noneYet") : <Ago key="last" at={lastSuccessAt} />],
          [t("nextCheck"), nextCheckAt === null ? backups("cron.never") : <At key="check" at={nextCheckAt} />],
        ]}
      />
      <p className="text-[13px] text-soft">{t("restsHint")}</p>
    </>
  );
}
