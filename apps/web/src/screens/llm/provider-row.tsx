"use client";
import type { LlmProviderView } from "@agentpod/core/api/llm-view";
import { toAppError } from "@agentpod/core/errors";
import { useMutation } from "@tanstack/react-query";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSaid } from "../../i18n/said.ts";
import { Button } from "../../ui/button.tsx";
import { Mark } from "../../ui/mark.tsx";

interface ProviderRowProps {
  owner: string | null;
  provider: LlmProviderView;
  why: string | null;
  onEdit(): void;
  onRemove(): void;
}

/** A provider, its models with their prices, and what it answered to a test: that stays to be read. */
export function ProviderRow({ owner, provider, why, onEdit, onRemove }: ProviderRowProps) {
  const t = useTranslations("llm");
  const said = useSaid();
  const { id, name, dialect, baseUrl, models, priority } = provider;
  const isEnvironment = id === "environment";
  const test = useMutation({ mutationFn: () => api.llmProviders.test(owner, name), networkMode: "always" });
  const failed = test.isError ? toAppError(test.error).message : test.data?.ok === false ? test.data.message : null;
  const whyNotHere = why ?? (isEnvironment ? t("fromEnvironment") : null);
  return (
    <li className="flex flex-col gap-3 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <span className="flex min-w-0 flex-1 basis-56 flex-col">
          <span className="font-medium">{name}</span>
          <span className="break-all text-soft">{`${t(`dialects.${dialect}`)} · ${baseUrl}`}</span>
        </span>
        <span className="text-soft text-xs">{t("priorityOf", { priority })}</span>
        <span className="inline-flex flex-wrap gap-2">
          <Button small why={why} isBusy={test.isPending} aria-label={t("testOne", { name })} onClick={() => test.mutate()}>
            {t("test")}
          </Button>
          <Button small why={whyNotHere} aria-label={t("editOne", { name })} onClick={onEdit}>
            {t("edit")}
          </Button>
          <Button small why={whyNotHere} aria-label={t("removeOne", { name })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </span>
      </div>
      <ul className="flex flex-wrap gap-2">
        {models.map((model) => (
          <li key={model.name} className="rounded-md border bg-surface px-2 py-1 text-[13px]">
            <Model model={model} />
          </li>
        ))}
      </ul>
      {test.data?.ok && (
        <p role="status" className="flex items-center gap-2">
          <Mark shape="full" />
          {said(test.data.message)}
        </p>
      )}
      {failed !== null && (
        <p role="alert" className="flex items-start gap-2">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words font-medium">{said(failed)}</span>
        </p>
      )}
    </li>
  );
}

function Model({ model: { name, upstream, price } }: { model: LlmProviderView["models"][number] }) {
  const t = useTranslations("llm");
  const format = useFormatter();
  const text = (value: number): string => format.number(value, { maximumFractionDigits: 4 });
  return (
    <>
      <span className="break-all font-mono">{name === "*" ? t("everyOther") : name}</span>
      {upstream !== null && <span className="break-all font-mono text-soft">{` → ${upstream}`}</span>}
      <span className="text-soft text-xs">
        {" "}
        {price === null ? t("noPrice") : t("priceOf", { input: text(price.input), output: text(price.output) })}
      </span>
    </>
  );
}
