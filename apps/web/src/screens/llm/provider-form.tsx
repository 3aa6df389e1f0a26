"use client";
import type { AddLlmProviderRequest, LlmProviderView } from "@agentpod/core/api/llm-view";
import { llmDialects } from "@agentpod/core/llm/llm-provider";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { emptyModel, type ModelRow, modelRows, modelsOf } from "./model-rows.ts";
import { ModelsField } from "./models-field.tsx";

interface ProviderFormProps {
  /** Null: for the installation. */
  owner: string | null;
  /** Null: a new one. */
  provider: LlmProviderView | null;
  onClose(): void;
}

/** Where calls go, and what they cost. A key is given and never shown. */
export function ProviderForm({ owner, provider, onClose }: ProviderFormProps) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [models, setModels] = useState<ModelRow[]>(() => (provider === null ? [emptyModel()] : modelRows(provider.models)));
  const save = useAct({
    run(body: AddLlmProviderRequest) {
      if (provider === null) return api.llmProviders.add(owner, body);
      const { baseUrl, key, models, priority } = body;
      return api.llmProviders.change(owner, provider.name, {
        baseUrl,
        models,
        ...(priority !== undefined && { priority }),
        ...(key !== "" && { key }),
      });
    },
    done: ({ name }) => t(provider === null ? "providerAdded" : "providerChanged", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["llm"] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    save.mutate({
      name: provider?.name ?? text("name"),
      dialect: (provider?.dialect ?? text("dialect")) as AddLlmProviderRequest["dialect"],
      baseUrl: text("baseUrl"),
      key: text("key"),
      models: modelsOf(models),
      ...(text("priority") !== "" && { priority: Number(text("priority")) }),
    });
  };
  const others = errors.others(["name", "baseUrl", "key", "priority"]);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={provider === null ? t("addProvider") : t("editProvider", { name: provider.name })}
      description={t("providerText")}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {provider === null && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label={t("name")} hint={t("nameHint")} error={errors.at("name")} required>
              {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
            </Field>
            <Field label={t("dialect")} hint={t("dialectHint")}>
              {(ids) => (
                <Select {...ids} name="dialect">
                  {llmDialects.map((one) => (
                    <option key={one} value={one}>
                      {t(`dialects.${one}`)}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          </div>
        )}
        <Field label={t("baseUrl")} hint={t("baseUrlHint")} error={errors.at("baseUrl")} required>
          {(ids) => (
            <Input {...ids} name="baseUrl" inputMode="url" defaultValue={provider?.baseUrl ?? ""} autoComplete="off" spellCheck={false} />
          )}
        </Field>
        <Field label={t("key")} hint={t(provider === null ? "keyHint" : "keyKept")} error={errors.at("key")} required={provider === null}>
          {(ids) => (
            <Input {...ids} name="key" type="password" autoComplete="new-password" placeholder={provider === null ? "" : "••••••••"} />
          )}
        </Field>
        <ModelsField models={models} onChange={setModels} />
        <Field label={t("priority")} hint={t("priorityHint")} error={errors.at("priority")}>
          {(ids) => <Input {...ids} name="priority" inputMode="numeric" defaultValue={provider?.priority ?? 100} />}
        </Field>
        {others.map((text) => (
          <p key={text} role="alert" className="break-words font-medium text-[13px]">
            {text}
          </p>
        ))}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={save.isPending}>
            {t(provider === null ? "addProvider" : "save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
