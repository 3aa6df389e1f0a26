"use client";
import type { LlmProviderView } from "@agentpod/core/api/llm-view";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { useTranslations } from "use-intl";
import { InputField } from "../../inputs/input-field.tsx";
import type { FieldValues } from "../../inputs/input-values.ts";
import { Go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import type { Inputs } from "../agent-packages/input-groups.ts";
import { llmQueries } from "../llm/llm-queries.ts";
import { modelNames } from "./model-names.ts";

interface ModelFieldsProps {
  tenant: string;
  inputs: Inputs;
  values: FieldValues;
  /** Names of secrets that are set already. */
  stored: readonly string[];
  isReadOnly?: boolean;
  errorAt(input: string): string | undefined;
  onChange(input: string, value: string | boolean): void;
}

/** Which model an agent uses, and who serves it: AgentPod's own proxy, or an address with a key of its own. */
export function ModelFields({ tenant, inputs, values, stored, isReadOnly = false, errorAt, onChange }: ModelFieldsProps) {
  const t = useTranslations("agentConfig");
  const group = useId();
  const isOwn = typeof values.llmBaseUrl === "string" && values.llmBaseUrl !== "";
  const { llmModel, llmBaseUrl, llmKey, ...rest } = inputs;
  const field = (name: string, input = inputs[name]) =>
    input && (
      <InputField
        key={name}
        name={name}
        input={input}
        value={values[name]}
        isStored={stored.includes(name)}
        error={errorAt(name)}
        onChange={(value) => onChange(name, value)}
      />
    );
  return (
    <fieldset disabled={isReadOnly} className="flex min-w-0 flex-col gap-5">
      <legend className="sr-only">{t("model")}</legend>
      {llmBaseUrl && (
        <fieldset className="grid gap-3 sm:grid-cols-2">
          <legend className="sr-only">{t("servedBy")}</legend>
          <Choice group={group} label={t("byProxy")} hint={t("byProxyHint")} checked={!isOwn} onChange={() => onChange("llmBaseUrl", "")} />
          <Choice
            group={group}
            label={t("byAddress")}
            hint={t("byAddressHint")}
            checked={isOwn}
            onChange={() => onChange("llmBaseUrl", isOwn ? String(values.llmBaseUrl) : "https://")}
          />
        </fieldset>
      )}
      <div className="grid gap-5 sm:grid-cols-2">
        {llmModel && !isOwn && (
          <ProxyModel
            tenant={tenant}
            value={String(values.llmModel ?? "")}
            api={String(values.llmApi ?? "")}
            error={errorAt("llmModel")}
            onChange={(value) => onChange("llmModel", value)}
          />
        )}
        {isOwn && field("llmModel")}
        {isOwn && field("llmBaseUrl")}
        {isOwn && llmKey && field("llmKey")}
        {Object.keys(rest).map((name) => field(name))}
      </div>
    </fieldset>
  );
}

interface ProxyModelProps {
  tenant: string;
  value: string;
  api: string;
  error: string | undefined;
  onChange(value: string): void;
}

/** The model's name, with those that the tenant's providers have. */
function ProxyModel({ tenant, value, api, error, onChange }: ProxyModelProps) {
  const t = useTranslations("agentConfig");
  const list = useId();
  const mayNot = useMay();
  const own = useQuery({ ...llmQueries.providers(tenant), enabled: tenant !== "" && mayNot("llm.read", tenant) === null });
  const installation = useQuery({ ...llmQueries.providers(null), enabled: mayNot("platform.read") === null });
  const providers: LlmProviderView[] = [...(own.data ?? []), ...(installation.data ?? [])];
  const names = modelNames(providers, api);
  const isKnown = own.data !== undefined && installation.data !== undefined;
  const hint =
    isKnown && providers.length === 0
      ? t("noProvider")
      : names.length > 0
        ? t("modelsKnown", { names: names.slice(0, 6).join(", ") })
        : t("modelHint");
  return (
    <Field
      label={t("modelName")}
      hint={
        <>
          {hint}{" "}
          {isKnown && providers.length === 0 && (
            <Go href="/models" className="text-ink underline underline-offset-4">
              {t("toProviders")}
            </Go>
          )}
        </>
      }
      error={error}
    >
      {(ids) => (
        <>
          <Input
            {...ids}
            name="inputs.llmModel"
            list={list}
            value={value}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={list}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
