"use client";
import type { BackupScheduleView } from "@agentpod/core/api/pod-backup-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { useAct } from "../../../api/use-act.ts";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { CronField } from "./cron-field.tsx";
import { cronPresets } from "./cron-presets.ts";
import { KeepFields } from "./keep-fields.tsx";
import { keepFields, keepOf, keepTexts } from "./keep-of.ts";
import { TargetField } from "./target-field.tsx";

/** What schedules of backups and of dumps have in common. */
export type KeepSchedule = Pick<BackupScheduleView, "cron" | "timeZone" | "keep">;

interface FormProps {
  tenant: string;
  /** Null: none are made by themselves yet. */
  schedule: (KeepSchedule & Pick<BackupScheduleView, "target">) | null;
  /** How often what is kept is tried out, too: the field's name in the API, and what it says. */
  trial: { name: string; cron: string | null; label: string; hint: string };
  turnedOff: string;
  /** Of the list that the schedule is in. */
  listKey: string;
  /** `trial`: null: never. */
  set(schedule: KeepSchedule & { target?: string }, trial: string | null): Promise<unknown>;
  end(): Promise<unknown>;
  /** A choice besides, below the others, and its name in the API. */
  more?: { name: string; choice(isReadOnly: boolean): ReactNode };
}

/** How often, where to, how many are kept, and how often it is tried out whether they are of use. */
export function KeepScheduleForm({ tenant, schedule, trial, turnedOff, listKey, set, end, more }: FormProps) {
  const t = useTranslations("podBackups");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("backup.write", tenant);
  const isReadOnly = why !== null;
  const [cron, setCron] = useState<string>(schedule?.cron ?? cronPresets.nightly);
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [target, setTarget] = useState(schedule?.target ?? "");
  const [tried, setTried] = useState(trial.cron ?? "");
  const [keep, setKeep] = useState(() => keepTexts(schedule?.keep));
  const again = (): void => void client.invalidateQueries({ queryKey: [listKey, tenant] });
  const save = useAct({
    run: () =>
      set(
        { cron: cron.trim(), timeZone: timeZone.trim(), keep: keepOf(keep), ...(target !== "" && { target }) },
        tried.trim() === "" ? null : tried.trim(),
      ),
    done: () => t("saved"),
    onDone: again,
    onError: errors.take,
  });
  const turnOff = useAct({ run: end, done: () => turnedOff, onDone: again });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReadOnly) return;
    errors.clear();
    save.mutate();
  };
  const shown = ["cron", "timeZone", "target", trial.name, ...keepFields.map((one) => `keep.${one}`), ...(more ? [more.name] : [])];
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
          label={trial.label}
          hint={trial.hint}
          value={tried}
          onChange={setTried}
          error={errors.at(trial.name)}
          mayBeNever
          isReadOnly={isReadOnly}
        />
      </div>
      <KeepFields value={keep} onChange={setKeep} errorAt={errors.at} isReadOnly={isReadOnly} />
      {more?.choice(isReadOnly)}
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
          <Button why={why} isBusy={turnOff.isPending} onClick={() => turnOff.mutate()}>
            {t("turnOff")}
          </Button>
        )}
      </div>
    </form>
  );
}
