import { needKinds } from "@agentpod/core/products/code/analysis";
import { useTranslations } from "use-intl";
import type { FieldErrors } from "../../inputs/field-errors.ts";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { DeployFields } from "./deploy-fields.ts";

interface SettingsProps {
  fields: DeployFields;
  /** What the analysis found, as it says it; empty while it is not known. */
  found: { runtime: string; needs: string };
  errors: FieldErrors;
  onChange(change: Partial<DeployFields>): void;
}

export const settingFields = ["runtime", "needs", "cpus", "memoryMb", "buildMemoryMb", "buildMinutes"].map((name) => `settings.${name}`);

/** What somebody wants otherwise than it was found, and what cannot be found. */
export function SettingsFields({ fields, found, errors, onChange }: SettingsProps) {
  const t = useTranslations("newDeployment");
  const { needs } = fields;
  const numbers = ["cpus", "memoryMb", "buildMemoryMb", "buildMinutes"] as const;
  return (
    <div className="flex flex-col gap-5">
      <fieldset className="flex flex-col gap-2.5">
        <legend className="mb-1.5 font-medium text-[13px]">{t("databases")}</legend>
        <Choice
          group="needs"
          label={t("asFound")}
          hint={found.needs === "" ? t("noneFound") : found.needs}
          checked={needs === null}
          onChange={() => onChange({ needs: null })}
        />
        <Choice group="needs" label={t("these")} hint={t("theseHint")} checked={needs !== null} onChange={() => onChange({ needs: [] })} />
        {needs !== null && (
          <div className="flex flex-wrap gap-4 pl-6.5">
            {needKinds.map((kind) => (
              <Choice
                key={kind}
                label={kind}
                checked={needs.includes(kind)}
                onChange={(checked) => onChange({ needs: checked ? [...needs, kind] : needs.filter((one) => one !== kind) })}
              />
            ))}
          </div>
        )}
        {errors.at("settings.needs") && (
          <p role="alert" className="font-medium text-[13px]">
            {errors.at("settings.needs")}
          </p>
        )}
      </fieldset>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label={t("runtime")} hint={t("runtimeHint")} error={errors.at("settings.runtime")}>
          {(ids) => (
            <Input
              {...ids}
              value={fields.runtime}
              placeholder={found.runtime}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => onChange({ runtime: event.target.value })}
            />
          )}
        </Field>
        {numbers.map((name) => (
          <Field key={name} label={t(`numbers.${name}`)} hint={t(`numberHints.${name}`)} error={errors.at(`settings.${name}`)}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="decimal"
                value={fields[name]}
                autoComplete="off"
                onChange={(event) => onChange({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </div>
  );
}
