"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { Go } from "../../../routing/go.tsx";
import { Field } from "../../../ui/field.tsx";
import { Select } from "../../../ui/input.tsx";
import { podBackupQueries } from "./pod-backup-queries.ts";

interface TargetProps {
  tenant: string;
  /** Name of a target; empty: the home of AgentPod. */
  value: string;
  onChange(value: string): void;
  error?: string | undefined;
  isReadOnly?: boolean;
}

/** Where backups are put. */
export function TargetField({ tenant, value, onChange, error, isReadOnly = false }: TargetProps) {
  const t = useTranslations("podBackups");
  const { data = [] } = useQuery(podBackupQueries.targets(tenant));
  const names = [...new Set([...data.map(({ name }) => name), ...(value === "" ? [] : [value])])];
  const hint = t.rich(value === "" ? "homeHint" : "targetHint", {
    link: (text) => (
      <Go href={`/backups/targets?tenant=${encodeURIComponent(tenant)}`} className="rounded underline underline-offset-4">
        {text}
      </Go>
    ),
  });
  return (
    <Field label={t("target")} hint={hint} error={error}>
      {(ids) => (
        <Select {...ids} value={value} disabled={isReadOnly} onChange={(event) => onChange(event.target.value)}>
          <option value="">{t("home")}</option>
          {names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      )}
    </Field>
  );
}
