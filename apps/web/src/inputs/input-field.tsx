"use client";
import type { TemplateInput } from "@agentpod/core/template";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { useLocalized } from "../i18n/localized.ts";
import { Field } from "../ui/field.tsx";
import { Input, Select } from "../ui/input.tsx";
import { isRequired } from "./input-values.ts";

interface InputFieldProps {
  name: string;
  input: TemplateInput;
  value: string | boolean | undefined;
  onChange(value: string | boolean): void;
  error?: string | undefined;
  /** A secret that is stored already: left empty it stays. */
  isStored?: boolean;
}

/** One input of a template as a form's field, by its type. */
export function InputField({ name, input, value, onChange, error, isStored = false }: InputFieldProps) {
  const t = useTranslations("inputs");
  const localized = useLocalized();
  const label = localized(input.title) || name;
  const description = localized(input.description);
  const required = isRequired(input) && !isStored;
  const hint = [description, noteOf()].filter(Boolean).join(" ");

  function noteOf(): string {
    if (input.type === "string" && isStored) return t("keepsValue");
    if (input.type === "string" && input.generate !== undefined) return t("generated");
    if (input.type === "integer" || input.type === "number") {
      if (input.minimum !== undefined && input.maximum !== undefined)
        return t("between", { minimum: input.minimum, maximum: input.maximum });
      if (input.minimum !== undefined) return t("atLeast", { minimum: input.minimum });
      if (input.maximum !== undefined) return t("atMost", { maximum: input.maximum });
    }
    return "";
  }
  if (input.type === "boolean")
    return (
      <Tick label={label} hint={hint} error={error}>
        <input
          type="checkbox"
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
          className="mt-0.5 size-4 accent-ink"
        />
      </Tick>
    );
  return (
    <Field label={label} hint={hint} error={error} required={required}>
      {(ids) => {
        const common = { ...ids, name: `inputs.${name}`, required, value: typeof value === "string" ? value : "" };
        if (input.type === "string" && input.enum !== undefined)
          return (
            <Select {...common} onChange={(event) => onChange(event.target.value)}>
              {required && <option value="">{t("choose")}</option>}
              {input.enum.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </Select>
          );
        const isSecret = input.type === "string" && (input.secret || input.generate !== undefined);
        return (
          <Input
            {...common}
            type={isSecret ? "password" : "text"}
            inputMode={input.type === "integer" ? "numeric" : input.type === "number" ? "decimal" : undefined}
            autoComplete={isSecret ? "new-password" : "off"}
            spellCheck={false}
            placeholder={isSecret && !required ? "••••••••" : undefined}
            onChange={(event) => onChange(event.target.value)}
          />
        );
      }}
    </Field>
  );
}

function Tick({ label, hint, error, children }: { label: string; hint: string; error: string | undefined; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is a child
    <label className="flex items-start gap-2.5 text-sm">
      {children}
      <span className="flex flex-col gap-0.5">
        <span className="font-medium text-[13px]">{label}</span>
        {hint && <span className="text-[13px] text-soft">{hint}</span>}
        {error && (
          <span role="alert" className="font-medium text-[13px]">
            {error}
          </span>
        )}
      </span>
    </label>
  );
}
