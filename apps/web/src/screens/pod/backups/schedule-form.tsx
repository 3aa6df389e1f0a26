"use client";
import type { BackupScheduleView } from "@agentpod/core/api/pod-backup-view";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { Choice } from "../../../ui/choice.tsx";
import { KeepScheduleForm } from "./keep-schedule-form.tsx";

interface FormProps {
  tenant: string;
  pod: string;
  /** Null: none are made by themselves yet. */
  schedule: BackupScheduleView | null;
}

/** When a pod is backed up by itself, whether it may run on meanwhile, and how often the restore is rehearsed. */
export function ScheduleForm({ tenant, pod, schedule }: FormProps) {
  const t = useTranslations("podBackups");
  const [live, setLive] = useState(schedule?.live ?? false);
  return (
    <KeepScheduleForm
      tenant={tenant}
      schedule={schedule}
      trial={{ name: "drillCron", cron: schedule?.drillCron ?? null, label: t("drillOften"), hint: t("drillHint") }}
      turnedOff={t("turnedOff")}
      listKey="backup-schedules"
      set={(body, drillCron) => api.podBackups.setSchedule(tenant, pod, { ...body, live, drillCron })}
      end={() => api.podBackups.deleteSchedule(tenant, pod)}
      more={{
        name: "live",
        choice: (isReadOnly) => <Choice label={t("live")} hint={t("liveHint")} checked={live} disabled={isReadOnly} onChange={setLive} />,
      }}
    />
  );
}
