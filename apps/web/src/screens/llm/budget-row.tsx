import type { LlmBudgetView } from "@agentpod/core/api/llm-view";
import { useFormatter, useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Mark } from "../../ui/mark.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";

interface BudgetRowProps {
  label: string;
  budget: LlmBudgetView;
  why: string | null;
  onEdit(): void;
  onRemove(): void;
}

/** A budget with what is used of it: by bars, in figures and in words. */
export function BudgetRow({ label, budget, why, onEdit, onRemove }: BudgetRowProps) {
  const t = useTranslations("llm");
  const format = useFormatter();
  const money = (value: number): string => format.number(value, { maximumFractionDigits: 2 });
  const tokens = (value: number): string => format.number(value);
  const { moneyPerMonth, tokensPerDay, moneyUsed, tokensUsed, warnPercent } = budget;
  return (
    <li className="flex flex-col gap-3 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0">
          <span className="break-all font-medium">{label}</span>
          <span className="block text-soft text-xs">{t("warnsAt", { percent: warnPercent })}</span>
        </span>
        <span className="inline-flex gap-2">
          <Button small why={why} aria-label={t("editOne", { name: label })} onClick={onEdit}>
            {t("edit")}
          </Button>
          <Button small why={why} aria-label={t("removeOne", { name: label })} onClick={onRemove}>
            {t("remove")}
          </Button>
        </span>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        {moneyPerMonth !== null && (
          <Used
            label={t("moneyUsed", { used: money(moneyUsed), limit: money(moneyPerMonth) })}
            used={moneyUsed}
            limit={moneyPerMonth}
            warnPercent={warnPercent}
          />
        )}
        {tokensPerDay !== null && (
          <Used
            label={t("tokensUsed", { used: tokens(tokensUsed), limit: tokens(tokensPerDay) })}
            used={tokensUsed}
            limit={tokensPerDay}
            warnPercent={warnPercent}
          />
        )}
      </div>
    </li>
  );
}

function Used({ label, used, limit, warnPercent }: { label: string; used: number; limit: number; warnPercent: number }) {
  const t = useTranslations("llm");
  const part = limit === 0 ? 1 : used / limit;
  const isOut = part >= 1;
  const isNear = !isOut && part * 100 >= warnPercent;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="flex flex-wrap items-center justify-between gap-x-3 text-[13px]">
        <span className="tabular-nums">{label}</span>
        {(isOut || isNear) && (
          <span className="flex items-center gap-1.5 font-medium">
            <Mark shape={isOut ? "cross" : "half"} />
            {t(isOut ? "usedUp" : "nearEnd")}
          </span>
        )}
      </span>
      <ProgressBar label={label} part={part} mark={warnPercent / 100} />
    </div>
  );
}
