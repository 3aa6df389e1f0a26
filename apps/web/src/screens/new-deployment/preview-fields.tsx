"use client";
import { previewDatabases } from "@agentpod/core/preview";
import { useTranslations } from "use-intl";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import type { PreviewDraft } from "./preview-draft.ts";

interface PreviewProps {
  /** Null: it takes the place of what serves. */
  draft: PreviewDraft | null;
  /** Whether something of the application serves: else there is no data to copy. */
  serves: boolean;
  errorAt(path: string): string | undefined;
  onChange(draft: PreviewDraft | null): void;
}

/** Whether the code takes the place of what serves, or stands beside it for a while under an address of its own. */
export function PreviewFields({ draft, serves, errorAt, onChange }: PreviewProps) {
  const t = useTranslations("newDeployment");
  const set = (change: Partial<PreviewDraft>): void => onChange({ name: "", database: "empty", days: "", ...draft, ...change });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 font-medium text-[13px]">{t("place")}</legend>
      <Choice group="place" label={t("inPlace")} hint={t("inPlaceHint")} checked={draft === null} onChange={() => onChange(null)} />
      <Choice group="place" label={t("asPreview")} hint={t("asPreviewHint")} checked={draft !== null} onChange={() => set({})} />
      {draft !== null && (
        <div className="grid gap-5 pl-6.5 sm:grid-cols-3">
          <Field label={t("previewName")} hint={t("previewNameHint")} error={errorAt("preview") ?? errorAt("preview.name")} required>
            {(ids) => (
              <Input
                {...ids}
                value={draft.name}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => set({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t("previewDatabase")} error={errorAt("preview.database")}>
            {(ids) => (
              <Select
                {...ids}
                value={draft.database}
                onChange={(event) => set({ database: previewDatabases.find((one) => one === event.target.value) ?? "empty" })}
              >
                {previewDatabases.map((one) => (
                  <option key={one} value={one} disabled={one === "copy" && !serves}>
                    {t(`previewDatabases.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("previewDays")} hint={t("previewDaysHint")} error={errorAt("preview.ttlSeconds")}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="decimal"
                value={draft.days}
                autoComplete="off"
                onChange={(event) => set({ days: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </fieldset>
  );
}
