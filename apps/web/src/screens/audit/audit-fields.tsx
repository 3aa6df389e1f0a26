import type { AgentPodEvent } from "@agentpod/core/event";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import type { FilterFields } from "./audit-filter.ts";

const results = ["ok", "refused", "failed"] as const satisfies AgentPodEvent["result"][];
/** First words of types: all of a kind are asked for by `kind.*`. */
const kinds = [
  "alert",
  "alert_channel",
  "alert_rule",
  "artifact",
  "audit",
  "certificate",
  "dns_provider",
  "domain",
  "gateway",
  "invitation",
  "member",
  "platform",
  "pod",
  "role",
  "secret",
  "session",
  "settings",
  "template",
  "tenant",
  "terminal",
  "token",
  "unit",
  "user",
];

interface AuditFieldsProps {
  fields: FilterFields;
  people: readonly string[];
  types: readonly string[];
  set(name: keyof FilterFields, value: string): void;
  clear(): void;
}

/** What is looked for. */
export function AuditFields({ fields, people, types, set, clear }: AuditFieldsProps) {
  const t = useTranslations("audit");
  const { data: tenants = [] } = useQuery(queries.tenants());
  const text = (name: keyof FilterFields, type: string, more: object = {}): ReactNode => (
    <Field label={t(`fields.${name}`)}>
      {(ids) => (
        <Input {...ids} {...more} type={type} value={fields[name]} onChange={(event) => set(name, event.target.value)} spellCheck={false} />
      )}
    </Field>
  );
  return (
    <search aria-label={t("filters")} className="flex flex-col gap-3 rounded-xl border bg-raised p-4">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        {text("text", "search", { placeholder: t("textHint"), maxLength: 200 })}
        {text("who", "text", { list: "audit-people", placeholder: t("anybody"), maxLength: 200 })}
        {text("action", "text", { list: "audit-types", placeholder: t("anyAction"), maxLength: 100 })}
        <Field label={t("fields.tenant")}>
          {(ids) => (
            <Select {...ids} value={fields.tenant} onChange={(event) => set("tenant", event.target.value)}>
              <option value="">{t("anyTenant")}</option>
              {tenants.map(({ id, name }) => (
                <option key={id}>{name}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("fields.result")}>
          {(ids) => (
            <Select {...ids} value={fields.result} onChange={(event) => set("result", event.target.value)}>
              <option value="">{t("anyResult")}</option>
              {results.map((one) => (
                <option key={one} value={one}>
                  {t(`result.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="max-sm:col-span-2">{text("from", "datetime-local")}</div>
        <div className="max-sm:col-span-2">{text("to", "datetime-local")}</div>
        <div className="flex items-end">
          <Button className="h-9!" disabled={Object.values(fields).every((value) => value === "")} onClick={clear}>
            {t("clear")}
          </Button>
        </div>
      </div>
      <datalist id="audit-people">
        {people.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="audit-types">
        {[...kinds.map((kind) => `${kind}.*`), ...types].map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
    </search>
  );
}
