import type { TemplateView } from "@agentpod/core/api/template-view";
import { useTranslations } from "use-intl";
import { useLocalized } from "../../i18n/localized.ts";
import { cx } from "../../ui/cx.ts";

interface ChooseProps {
  templates: TemplateView[];
  chosen: string;
  onChoose(name: string): void;
}

export function ChooseTemplate({ templates, chosen, onChoose }: ChooseProps) {
  const t = useTranslations("newPod");
  const localized = useLocalized();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 font-medium text-[13px]">{t("template")}</legend>
      <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {templates.map(({ id, name, template }) => (
          <label
            key={id}
            className={cx(
              "flex cursor-pointer flex-col gap-1 rounded-xl border bg-raised p-4 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-ink has-focus-visible:outline-offset-2",
              name === chosen ? "border-ink ring-1 ring-ink" : "hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name="template"
              value={name}
              checked={name === chosen}
              onChange={() => onChoose(name)}
              className="sr-only"
            />
            <span className="font-medium text-sm">{localized(template.title)}</span>
            <span className="line-clamp-2 text-[13px] text-soft">{localized(template.description)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
