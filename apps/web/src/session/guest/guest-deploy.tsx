"use client";
import type { GuestTemplateView } from "@agentpod/core/api/guest-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useLocalized } from "../../i18n/localized.ts";
import { Asked } from "../../ui/asked.tsx";
import { cx } from "../../ui/cx.ts";
import { GuestForm } from "./guest-form.tsx";

/** The choice of a template, and what it asks for. */
export function GuestDeploy({ onDone }: { onDone(pod: string): void }) {
  const templates = useQuery({ queryKey: ["guest-templates"], queryFn: api.guests.templates });
  return <Asked query={templates}>{(list) => <Choose templates={list} onDone={onDone} />}</Asked>;
}

function Choose({ templates, onDone }: { templates: GuestTemplateView[]; onDone(pod: string): void }) {
  const t = useTranslations("guest");
  const localized = useLocalized();
  const [name, setName] = useState(templates.length === 1 ? (templates[0]?.name ?? "") : "");
  const chosen = templates.find((one) => one.name === name);
  return (
    <div className="flex flex-col gap-6">
      <fieldset className="min-w-0">
        <legend className="mb-2 font-medium text-[13px]">{t("template")}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {templates.map((one) => (
            <label
              key={one.name}
              className={cx(
                "flex cursor-pointer flex-col gap-1 rounded-xl border bg-raised p-4 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-ink has-focus-visible:outline-offset-2",
                one.name === name ? "border-ink ring-1 ring-ink" : "hover:border-line-strong",
              )}
            >
              <input
                type="radio"
                name="template"
                value={one.name}
                checked={one.name === name}
                onChange={() => setName(one.name)}
                className="sr-only"
              />
              <span className="font-medium text-sm">{localized(one.title)}</span>
              <span className="line-clamp-2 text-[13px] text-soft">{localized(one.description)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      {chosen && <GuestForm key={chosen.name} template={chosen} onDone={onDone} />}
    </div>
  );
}
