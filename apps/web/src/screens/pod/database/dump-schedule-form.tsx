"use client";
import type { DumpScheduleView, SetDumpScheduleRequest } from "@agentpod/core/api/dump-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { CronField } from "../backups/cron-field.tsx";
import { cronPresets } from "../backups/cron-presets.ts";
import { KeepFields } from "../backups/keep-fields.tsx";
import { keepFields, keepOf, keepTexts } from "../backups/keep-of.ts";
import { TargetField } from "../backups/target-field.tsx";

interface FormProps {
  of: { tenant: string; pod: string; unit: string };
  /** Null: none are made by themselves yet. */
  schedule: DumpScheduleView | null;
}

const shown = ["cron", "timeZone", "target", "checkCron", ...keepFields.map((one) => `keep.${one}`)];

/** How often, where to, how many are kept, and how often the newest is tried out once more. */
export function DumpScheduleForm({ of: { tenant, pod, unit }, schedule }: FormProps) {
  const t = useTranslations("podDatabase");
  const backups = useTranslations("podBackups");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("backup.write", tenant);
  const isReadOnly = why !== null;
  const [cron, setCron] = useState<string>(schedule?.cron ?? cronPresets.nightly);
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [target, setTarget] = useState(schedule?.target ?? "");
  const [check, setCheck] = useState(schedule?.checkCron ?? "");
  const [keep, setKeep] = useState(() => keepTexts(schedule?.keep));
  const again = (): void => void client.invalidateQueries({ queryKey: ["dump-schedules", tenant] });
  const save = useAct({
    run: (body: SetDumpScheduleRequest) => api.databases.setDumpSchedule(tenant, pod, unit, body),
    done: () => backups("saved"),
    onDone: again,
    onError: errors.take,
  });
  const end = useAct({ run: () => api.databases.deleteDumpSchedule(tenant, pod, unit), done: () => t("turnedOff"), onDone: again });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReadOnly) return;
    errors.clear();
    save.mutate({
      ...{ cron: cron.trim(), timeZone: timeZone.trim(), keep: keepOf(keep) },
      checkCron: check.trim() === "" ? null : check.trim(),
      ...(target !== "" && { target }),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <CronField label={backups("often")} value={cron} onChange={setCron} error={errors.at("cron")} isReadOnly={isReadOnly} />
        <Field label={backups("timeZone")} hint={backups("timeZoneHint")} error={errors.at("timeZone")}>
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
          label={t("checkOften")}
          hint={t("checkHint")}
          value={check}
          onChange={setCheck}
          error={errors.at("checkCron")}
          mayBeNever
          isReadOnly={isReadOnly}
        />
      </div>
      <KeepFields value={keep} onChange={setKeep} errorAt={errors.at} isReadOnly={isReadOnly} />
      {errors.others(shown).map((text) => (
        <p key={text} role="alert" className="font-medium text-[13px]">
          {text}
        </p>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="solid" why={why} isBusy={save.isPending}>
          {backups(schedule === null ? "turnOn" : "save")}
        </Button>
        {schedule !== null && (
          <Button why={why} isBusy={end.isPending} onClick={() => end.mutate()}>
            {backups("turnOff")}
          </Button>
        )}
      </div>
    </form>
  );
}
