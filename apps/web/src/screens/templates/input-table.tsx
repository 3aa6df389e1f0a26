import type { TemplateInput } from "@agentpod/core/template";
import { useTranslations } from "use-intl";
import { useLocalized } from "../../i18n/localized.ts";
import { Cell, Table } from "../../ui/table.tsx";

export function InputTable({ inputs }: { inputs: Record<string, TemplateInput> }) {
  const t = useTranslations("templates");
  const localized = useLocalized();
  const entries = Object.entries(inputs);
  if (entries.length === 0) return <p className="p-4 text-soft text-sm">{t("noInputs")}</p>;
  const standard = (input: TemplateInput): string => {
    if (input.type === "string" && input.generate !== undefined) return t("generated");
    return input.default === undefined ? t("required") : String(input.default);
  };
  return (
    <Table label={t("inputs")} head={[t("input"), t("type"), t("default"), t("meaning")]}>
      {entries.map(([name, input]) => (
        <tr key={name}>
          <Cell className="font-mono text-[13px]">{name}</Cell>
          <Cell className="whitespace-nowrap text-soft">
            {t(input.type === "string" && input.secret ? "types.secret" : `types.${input.type}`)}
          </Cell>
          <Cell className="font-mono text-[13px]">{standard(input)}</Cell>
          <Cell className="min-w-48 text-soft">{[localized(input.title), localized(input.description)].filter(Boolean).join(". ")}</Cell>
        </tr>
      ))}
    </Table>
  );
}
