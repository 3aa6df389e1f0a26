"use client";
import type { DumpScheduleView } from "@agentpod/core/api/dump-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { ScheduleStanding } from "../backups/schedule-standing.tsx";
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
              {schedule === null ? (
                <p className="text-soft text-sm">{t("offText")}</p>
              ) : (
                <>
                  <ScheduleStanding schedule={schedule} next={t("next")} trial={{ label: t("nextCheck"), at: schedule.nextCheckAt }} />
                  <p className="text-[13px] text-soft">{t("restsHint")}</p>
                </>
              )}
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
