"use client";
import type { BackupScheduleView, SetBackupScheduleRequest } from "@agentpod/core/api/pod-backup-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { CronField } from "./cron-field.tsx";
import { cronPresets } from "./cron-presets.ts";
import { KeepFields } from "./keep-fields.tsx";
import { keepFields, keepOf, keepTexts } from "./keep-of.ts";
import { TargetField } from "./target-field.tsx";

interface FormProps {
  tenant: string;
  pod: string;
  /** Null: none are made by themselves yet. */
  schedule: BackupScheduleView | null;
}

const shown = ["cron", "timeZone", "target", "live", "drillCron", ...keepFields.map((one) => `keep.${one}`)];

/** How often, where to, how many are kept, and how often the restore is rehearsed. */
export function ScheduleForm({ tenant, pod, schedule }: FormProps) {
  const t = useTranslations("podBackups");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("backup.write", tenant);
  const isReadOnly = why !== null;
  const [cron, setCron] = useState<string>(schedule?.cron ?? cronPresets.nightly);
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [target, setTarget] = useState(schedule?.target ?? "");
  const [live, setLive] = useState(schedule?.live ?? false);
  const [drill, setDrill] = useState(schedule?.drillCron ?? "");
  const [keep, setKeep] = useState(() => keepTexts(schedule?.keep));
  const again = (): void => void client.invalidateQueries({ queryKey: ["backup-schedules", tenant] });
  const save = useAct({
    run: (body: SetBackupScheduleRequest) => api.podBackups.setSchedule(tenant, pod, body),
    done: () => t("saved"),
    onDone: again,
    onError: errors.take,
  });
  const end = useAct({ run: () => api.podBackups.deleteSchedule(tenant, pod), done: () => t("turnedOff"), onDone: again });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReadOnly) return;
    errors.clear();
    save.mutate({
      ...{ cron: cron.trim(), timeZone: timeZone.trim(), live, keep: keepOf(keep) },
      drillCron: drill.trim() === "" ? null : drill.trim(),
      ...(target !== "" && { target }),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <CronField label={t("often")} value={cron} onChange={setCron} error={errors.at("cron")} isReadOnly={isReadOnly} />
        <Field label={t("timeZone")} hint={t("timeZoneHint")} error={errors.at("timeZone")}>
          {(ids) => (
            <Input
              {...ids}
              value={timeZone}
              readOnly={isReadOnly}
              onChange={(event) => setTimeZone(event.target.value)}
              spellCheck={false}
            />
          )}
        </Field>
        <TargetField tenant={tenant} value={target} onChange={setTarget} error={errors.at("target")} isReadOnly={isReadOnly} />
        <CronField
          label={t("drillOften")}
          hint={t("drillHint")}
          value={drill}
          onChange={setDrill}
          error={errors.at("drillCron")}
          mayBeNever
          isReadOnly={isReadOnly}
        />
      </div>
      <KeepFields value={keep} onChange={setKeep} errorAt={errors.at} isReadOnly={isReadOnly} />
      <Choice label={t("live")} hint={t("liveHint")} checked={live} disabled={isReadOnly} onChange={setLive} />
      {errors.others(shown).map((text) => (
        <p key={text} role="alert" className="font-medium text-[13px]">
          {text}
        </p>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="solid" why={why} isBusy={save.isPending}>
          {t(schedule === null ? "turnOn" : "save")}
        </Button>
        {schedule !== null && (
          <Button why={why} isBusy={end.isPending} onClick={() => end.mutate()}>
            {t("turnOff")}
          </Button>
        )}
      </div>
    </form>
  );
}
