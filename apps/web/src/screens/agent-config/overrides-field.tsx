"use client";
import type { AgentConfigView } from "@agentpod/core/api/agent-config-view";
import { useTranslations } from "use-intl";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { Textarea } from "../../ui/input.tsx";

interface OverridesFieldProps {
  view: AgentConfigView;
  /** As typed; undefined: as it is stored. */
  text: string | undefined;
  error: string | undefined;
  why: string | null;
  onChange(text: string): void;
}

/** Whatever else the package lets be set, as JSON by the agent's own names. */
export function OverridesField({ view, text, error, why, onChange }: OverridesFieldProps) {
  const t = useTranslations("agentConfig");
  const isClosed = view.allow.length === 0;
  return (
    <Card title={t("overrides")}>
      <div className="flex flex-col gap-4">
        {isClosed ? (
          <p className="text-soft text-sm">{t("nothingAllowed")}</p>
        ) : (
          <div className="flex flex-col gap-1.5 text-sm">
            <p className="text-soft">{t("allowedPaths")}</p>
            <ul className="flex flex-wrap gap-x-3 gap-y-1">
              {view.allow.map((path) => (
                <li key={path}>
                  <code className="break-all font-mono text-[13px]">{path}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        <Field label={t("overridesLabel")} hint={t("overridesHint")} error={error}>
          {(ids) => (
            <Textarea
              {...ids}
              value={text ?? JSON.stringify(view.overrides, null, 2)}
              readOnly={why !== null || isClosed}
              rows={8}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => onChange(event.target.value)}
            />
          )}
        </Field>
      </div>
    </Card>
  );
}
