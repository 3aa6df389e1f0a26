"use client";
import type { BackupScheduleView } from "@agentpod/core/api/pod-backup-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { podBackupQueries } from "./pod-backup-queries.ts";
import { ScheduleForm } from "./schedule-form.tsx";
import { ScheduleStanding } from "./schedule-standing.tsx";

/** When backups of a pod are made by themselves and rehearsed, and what is wrong with that. */
export function PodBackupSchedule({ pod: { tenant, name } }: { pod: Pick<PodView, "tenant" | "name"> }) {
  const t = useTranslations("podBackups");
  const query = useQuery(podBackupQueries.schedules(tenant));
  return (
    <Card title={t("schedule")}>
      <Asked query={query}>
        {(list) => {
          const schedule = list.find((one) => one.pod === name) ?? null;
          return (
            <div className="flex max-w-2xl flex-col gap-5">
              {schedule === null ? (
                <p className="text-soft text-sm">{t("offText")}</p>
              ) : (
                <ScheduleStanding schedule={schedule} next={t("next")} trial={{ label: t("nextDrill"), at: schedule.nextDrillAt }} />
              )}
              <ScheduleForm key={JSON.stringify(settingsOf(schedule))} tenant={tenant} pod={name} schedule={schedule} />
            </div>
          );
        }}
      </Asked>
    </Card>
  );
}

/** Without what each run changes: a form that is being filled in stays. */
const settingsOf = (schedule: BackupScheduleView | null) =>
  schedule && [schedule.cron, schedule.timeZone, schedule.target, schedule.live, schedule.keep, schedule.drillCron];
