import { logAlertDefaults } from "@agentpod/core/alert";
import type { AlertRuleView } from "@agentpod/core/api/alert-view";
import { logLevels } from "@agentpod/core/log-level";
import { useTranslations } from "use-intl";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

/** Which lines a rule about logs counts. */
export function LogFields({ rule, errorAt }: { rule: AlertRuleView | null; errorAt(path: string): string | undefined }) {
  const t = useTranslations("alerts");
  return (
    <>
      <Field label={t("lineText")} hint={t("lineTextHint")} error={errorAt("text")}>
        {(ids) => <Input {...ids} name="text" autoComplete="off" spellCheck={false} defaultValue={rule?.text ?? ""} />}
      </Field>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
        <Field label={t("lineLevel")} error={errorAt("level")}>
          {(ids) => (
            <Select {...ids} name="level" defaultValue={rule?.level ?? ""}>
              <option value="">{t("anyLevel")}</option>
              {logLevels
                .filter((level) => level !== "other")
                .map((level) => (
                  <option key={level} value={level}>
                    {t(`levels.${level}`)}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <Field label={t("within")} error={errorAt("withinMinutes")}>
          {(ids) => (
            <Input
              {...ids}
              name="within"
              inputMode="numeric"
              autoComplete="off"
              defaultValue={rule?.withinMinutes ?? logAlertDefaults.withinMinutes}
            />
          )}
        </Field>
      </div>
    </>
  );
}
