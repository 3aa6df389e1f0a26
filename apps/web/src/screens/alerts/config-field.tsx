import type { ChannelKind } from "@agentpod/core/alert";
import type { ChannelField } from "@agentpod/core/alert-channel-fields";
import { useTranslations } from "use-intl";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

/** One thing that a channel is given, by its type. */
export function ConfigField({
  kind,
  field: { name, type, choices, isRequired, usual },
  error,
}: {
  kind: ChannelKind;
  field: ChannelField;
  error: string | undefined;
}) {
  const t = useTranslations("alerts");
  const hint = name === "url" ? t(`urlHints.${kind === "smtp" ? "webhook" : kind}`) : t(`hints.${name}`);
  return (
    <Field label={t(`fields.${name}`)} hint={hint} error={error} required={isRequired}>
      {(ids) => {
        const common = { ...ids, name: `config.${name}`, required: isRequired };
        if (type === "choice")
          return (
            <Select {...common} defaultValue={usual}>
              {choices.map((one) => (
                <option key={one} value={one}>
                  {t(`security.${one as "tls" | "starttls" | "none"}`)}
                </option>
              ))}
            </Select>
          );
        return (
          <Input
            {...common}
            type={type === "secret" ? "password" : "text"}
            autoComplete={type === "secret" ? "new-password" : "off"}
            inputMode={type === "number" ? "numeric" : name === "url" ? "url" : undefined}
            placeholder={usual}
            spellCheck={false}
          />
        );
      }}
    </Field>
  );
}
