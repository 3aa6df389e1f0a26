import type { ChannelField } from "@agentpod/core/products/agents/channel-fields";
import { useTranslations } from "use-intl";
import type { LaterMessages } from "../../i18n/later-texts.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

type FieldKey = keyof LaterMessages["agentConfig"]["fields"];

interface FieldInputProps {
  channel: string;
  field: ChannelField;
  value: string;
  /** The package does not let it be set. */
  isClosed: boolean;
  error: string | undefined;
  onChange(value: string): void;
}

/** One setting of a channel by its type; its own name stands beside what it means. */
export function ChannelFieldInput({ channel, field: { key, kind, choices }, value, isClosed, error, onChange }: FieldInputProps) {
  const t = useTranslations("agentConfig");
  const options = kind === "boolean" ? ["true", "false"] : choices;
  return (
    <Field
      label={t(`fields.${key as FieldKey}`)}
      hint={
        <>
          <code className="break-all font-mono text-xs">{`channels.${channel}.${key}`}</code>{" "}
          {isClosed ? t("notAllowed") : t.has(`fieldHints.${key}` as never) && t(`fieldHints.${key}` as never)}
        </>
      }
      error={error}
    >
      {(ids) =>
        options.length > 0 ? (
          <Select {...ids} disabled={isClosed} value={value} onChange={(event) => onChange(event.target.value)}>
            <option value="">{t("asUsual")}</option>
            {options.map((one) => (
              <option key={one} value={one}>
                {kind === "boolean" ? t(one === "true" ? "yes" : "no") : one}
              </option>
            ))}
          </Select>
        ) : (
          <Input
            {...ids}
            disabled={isClosed}
            value={value}
            inputMode={kind === "number" ? "decimal" : undefined}
            placeholder={kind === "list" ? t("listPlaceholder") : t("asUsual")}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }
    </Field>
  );
}
