"use client";
import type { DumpScheduleView } from "@agentpod/core/api/dump-view";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { KeepScheduleForm } from "../backups/keep-schedule-form.tsx";

interface FormProps {
  of: { tenant: string; pod: string; unit: string };
  /** Null: none are made by themselves yet. */
  schedule: DumpScheduleView | null;
}

/** When dumps of a database are made by themselves, and how often the newest is tried out once more. */
export function DumpScheduleForm({ of: { tenant, pod, unit }, schedule }: FormProps) {
  const t = useTranslations("podDatabase");
  return (
    <KeepScheduleForm
      tenant={tenant}
      schedule={schedule}
      trial={{ name: "checkCron", cron: schedule?.checkCron ?? null, label: t("checkOften"), hint: t("checkHint") }}
      turnedOff={t("turnedOff")}
      listKey="dump-schedules"
      set={(body, checkCron) => api.databases.setDumpSchedule(tenant, pod, unit, { ...body, checkCron })}
      end={() => api.databases.deleteDumpSchedule(tenant, pod, unit)}
    />
  );
}
