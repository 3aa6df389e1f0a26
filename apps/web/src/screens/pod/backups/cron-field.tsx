"use client";
import { useTranslations } from "use-intl";
import { Field } from "../../../ui/field.tsx";
import { Input, Select } from "../../../ui/input.tsx";
import { cronPresets, presetOf } from "./cron-presets.ts";

interface CronProps {
  label: string;
  /** Five fields, as of cron; empty: never. */
  value: string;
  onChange(value: string): void;
  hint?: string;
  error?: string | undefined;
  mayBeNever?: boolean;
  isReadOnly?: boolean;
}

/** How often, by a choice of the usual, or in the words of cron. */
export function CronField({ label, value, onChange, hint, error, mayBeNever = false, isReadOnly = false }: CronProps) {
  const t = useTranslations("podBackups");
  const preset = presetOf(value);
  return (
    <div className="flex flex-col gap-2">
      <Field label={label} {...(hint !== undefined && { hint })} {...(preset !== "own" && { error })}>
        {(ids) => (
          <Select
            {...ids}
            value={preset}
            disabled={isReadOnly}
            onChange={(event) => {
              const chosen = event.target.value;
              onChange(
                chosen === "own"
                  ? `${value || cronPresets.nightly} `
                  : chosen === "never"
                    ? ""
                    : (cronPresets[chosen as keyof typeof cronPresets] ?? ""),
              );
            }}
          >
            {mayBeNever && <option value="never">{t("cron.never")}</option>}
            {(Object.keys(cronPresets) as (keyof typeof cronPresets)[]).map((one) => (
              <option key={one} value={one}>
                {t(`cron.${one}`)}
              </option>
            ))}
            <option value="own">{t("cron.own")}</option>
          </Select>
        )}
      </Field>
      {preset === "own" && (
        <Field label={t("cronOwn")} hint={t("cronHint")} error={error}>
          {(ids) => (
            <Input
              {...ids}
              value={value.trimEnd() === "" ? "" : value}
              readOnly={isReadOnly}
              onChange={(event) => onChange(event.target.value === "" ? " " : event.target.value)}
              className="font-mono"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
      )}
    </div>
  );
}
