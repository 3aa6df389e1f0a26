"use client";
import { Plus, X } from "lucide-react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { emptyModel, type ModelRow } from "./model-rows.ts";

const prices = ["input", "output", "cacheRead", "cacheWrite"] as const;

/** The models of a provider: how they are asked for, what it calls them, what they cost. */
export function ModelsField({ models, onChange }: { models: ModelRow[]; onChange(models: ModelRow[]): void }) {
  const t = useTranslations("llm");
  const set = (id: number, key: keyof ModelRow, value: string): void =>
    onChange(models.map((model) => (model.id === id ? { ...model, [key]: value } : model)));
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 font-medium text-[13px]">{t("models")}</legend>
      <p className="text-[13px] text-soft">{t("modelsHint")}</p>
      {models.map((model, i) => (
        <div key={model.id} className="flex flex-col gap-2 rounded-lg border p-3">
          <div className="flex items-end gap-2">
            <Small label={t("modelName")} className="flex-1">
              <Input
                aria-label={t("modelNameOf", { number: i + 1 })}
                value={model.name}
                onChange={(event) => set(model.id, "name", event.target.value)}
                autoComplete="off"
                spellCheck={false}
              />
            </Small>
            <Small label={t("upstream")} className="flex-1">
              <Input
                aria-label={t("upstreamOf", { number: i + 1 })}
                value={model.upstream}
                placeholder={t("sameName")}
                onChange={(event) => set(model.id, "upstream", event.target.value)}
                autoComplete="off"
                spellCheck={false}
              />
            </Small>
            {models.length > 1 && (
              <IconButton
                icon={X}
                label={t("removeModel", { number: i + 1 })}
                onClick={() => onChange(models.filter(({ id }) => id !== model.id))}
              />
            )}
          </div>
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
            {prices.map((key) => (
              <Small key={key} label={t(`prices.${key}`)}>
                <Input
                  aria-label={t("priceField", { price: t(`prices.${key}`), number: i + 1 })}
                  inputMode="decimal"
                  value={model[key]}
                  onChange={(event) => set(model.id, key, event.target.value)}
                />
              </Small>
            ))}
          </div>
        </div>
      ))}
      <Button className="self-start" onClick={() => onChange([...models, emptyModel()])}>
        <Plus className="size-3.5" aria-hidden />
        {t("addModel")}
      </Button>
    </fieldset>
  );
}

function Small({ label, className = "", children }: { label: string; className?: string; children: React.ReactNode }) {
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${className}`}>
      <span aria-hidden className="text-soft text-xs">
        {label}
      </span>
      {children}
    </div>
  );
}
