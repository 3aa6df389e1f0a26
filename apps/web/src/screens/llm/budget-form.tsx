"use client";
import type { LlmBudgetRequest, LlmBudgetView } from "@agentpod/core/api/llm-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

/** What may be used, and from where on somebody is told. */
export function BudgetForm({ tenant, budget, onClose }: { tenant: string; budget: LlmBudgetView | null; onClose(): void }) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const { data: pods = [] } = useQuery(queries.pods());
  const set = useAct({
    run: ({ pod, limits }: { pod: string | null; limits: LlmBudgetRequest }) => api.llmBudgets.set(tenant, pod, limits),
    done: ({ pod }) => t("budgetSet", { name: pod === null ? tenant : `${tenant}/${pod}` }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["llm", "budgets"] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    // A number that is none goes as it is, and the API says so.
    const limit = (name: string): number | null =>
      text(name) === "" ? null : Number.isFinite(Number(text(name))) ? Number(text(name)) : (text(name) as never);
    const chosen = budget === null ? text("pod") : (budget.pod ?? "");
    const limits = { moneyPerMonth: limit("moneyPerMonth"), tokensPerDay: limit("tokensPerDay"), warnPercent: limit("warnPercent") ?? 80 };
    set.mutate({ pod: chosen === "" ? null : chosen, limits });
  };
  const others = errors.others(["moneyPerMonth", "tokensPerDay", "warnPercent"]);
  return (
    <Dialog open onOpenChange={onClose} title={t("setBudget")} description={t("budgetFormText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {budget === null && (
          <Field label={t("budgetOf")}>
            {(ids) => (
              <Select {...ids} name="pod">
                <option value="">{t("wholeTenant", { tenant })}</option>
                {pods
                  .filter((pod) => pod.tenant === tenant)
                  .map(({ id, name }) => (
                    <option key={id} value={name}>{`${tenant}/${name}`}</option>
                  ))}
              </Select>
            )}
          </Field>
        )}
        <Field label={t("moneyPerMonth")} hint={t("moneyHint")} error={errors.at("moneyPerMonth")}>
          {(ids) => <Input {...ids} name="moneyPerMonth" inputMode="decimal" defaultValue={budget?.moneyPerMonth ?? ""} />}
        </Field>
        <Field label={t("tokensPerDay")} hint={t("tokensHint")} error={errors.at("tokensPerDay")}>
          {(ids) => <Input {...ids} name="tokensPerDay" inputMode="numeric" defaultValue={budget?.tokensPerDay ?? ""} />}
        </Field>
        <Field label={t("warnPercent")} hint={t("warnHint")} error={errors.at("warnPercent")}>
          {(ids) => <Input {...ids} name="warnPercent" inputMode="numeric" defaultValue={budget?.warnPercent ?? 80} />}
        </Field>
        {others.map((text) => (
          <p key={text} role="alert" className="break-words font-medium text-[13px]">
            {text.replace(/^: /, "")}
          </p>
        ))}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={set.isPending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
