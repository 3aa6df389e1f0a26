"use client";
import type { LlmBudgetView } from "@agentpod/core/api/llm-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Empty } from "../../ui/empty.tsx";
import { BudgetForm } from "./budget-form.tsx";
import { BudgetRow } from "./budget-row.tsx";
import { llmQueries } from "./llm-queries.ts";
import { NoTenant } from "./no-tenant.tsx";
import { useLlmOwner } from "./use-llm-owner.ts";

/** How much a tenant and its pods may use. */
export default function Budgets() {
  const { tenant, isReady } = useLlmOwner();
  if (!isReady) return null;
  return tenant === "" ? <NoTenant /> : <BudgetList key={tenant} tenant={tenant} />;
}

const labelOf = ({ tenant, pod }: Pick<LlmBudgetView, "tenant" | "pod">): string => (pod === null ? tenant : `${tenant}/${pod}`);

function BudgetList({ tenant }: { tenant: string }) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const why = useMay()("llm.write", tenant);
  const query = useQuery(llmQueries.budgets(tenant));
  const [edited, setEdited] = useState<LlmBudgetView | "new" | null>(null);
  const [doomed, setDoomed] = useState<LlmBudgetView | null>(null);
  const remove = useAct({
    run: (budget: LlmBudgetView) => api.llmBudgets.remove(tenant, budget.pod),
    done: (_, budget) => t("budgetRemoved", { name: labelOf(budget) }),
    onDone() {
      setDoomed(null);
      void client.invalidateQueries({ queryKey: ["llm", "budgets"] });
    },
  });
  const add = (
    <Button look="solid" why={why} onClick={() => setEdited("new")}>
      {t("setBudget")}
    </Button>
  );
  return (
    <>
      <p className="max-w-prose text-soft text-sm">{t("budgetsText")}</p>
      <Asked query={query}>
        {(budgets) =>
          budgets.length === 0 ? (
            <Empty
              title={t("noBudgetsTitle")}
              text={t("noBudgetsText")}
              action={add}
              command={`./agentpod llm budget set ${tenant} --money 25`}
            />
          ) : (
            <Card title={t("tabs.budgets")} actions={add} flush>
              <ul aria-label={t("tabs.budgets")} className="divide-y">
                {budgets.map((budget) => (
                  <BudgetRow
                    key={labelOf(budget)}
                    label={labelOf(budget)}
                    budget={budget}
                    why={why}
                    onEdit={() => setEdited(budget)}
                    onRemove={() => setDoomed(budget)}
                  />
                ))}
              </ul>
            </Card>
          )
        }
      </Asked>
      {edited !== null && <BudgetForm tenant={tenant} budget={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      <ConfirmByName
        open={doomed !== null}
        onOpenChange={() => setDoomed(null)}
        title={t("removeBudgetTitle", { name: doomed === null ? "" : labelOf(doomed) })}
        warning={t("removeBudgetText")}
        name={doomed === null ? "" : labelOf(doomed)}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => doomed !== null && remove.mutate(doomed)}
      />
    </>
  );
}
