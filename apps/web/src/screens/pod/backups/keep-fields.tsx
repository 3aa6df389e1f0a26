"use client";
import { useTranslations } from "use-intl";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { type KeepTexts, keepFields } from "./keep-of.ts";

interface KeepProps {
  value: KeepTexts;
  onChange(value: KeepTexts): void;
  errorAt(path: string): string | undefined;
  isReadOnly: boolean;
}

/** How many of those that a schedule made are kept. */
export function KeepFields({ value, onChange, errorAt, isReadOnly }: KeepProps) {
  const t = useTranslations("podBackups");
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 font-medium text-[13px]">{t("keep")}</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {keepFields.map((one) => (
          <Field key={one} label={t(`keeps.${one}`)} error={errorAt(`keep.${one}`)}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                value={value[one]}
                readOnly={isReadOnly}
                onChange={(event) => onChange({ ...value, [one]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <p className="text-[13px] text-soft">{t("keepHint")}</p>
    </fieldset>
  );
}
