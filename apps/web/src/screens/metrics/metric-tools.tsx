import { type MetricRange, metricRanges } from "@agentpod/core/metric";
import { useTranslations } from "use-intl";
import { useSearch } from "../../routing/use-search.ts";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";

/** How far back, and whether as charts or as a table; both as in the address. */
export function useMetricTools(): {
  range: MetricRange;
  isTable: boolean;
  setRange(range: MetricRange): void;
  setTable(isTable: boolean): void;
} {
  const [wanted, setRange] = useSearch("range");
  const [view, setView] = useSearch("view");
  return {
    range: metricRanges.find((one) => one === wanted) ?? "1h",
    isTable: view === "table",
    setRange,
    setTable: (isTable) => setView(isTable ? "table" : ""),
  };
}

export function MetricTools({ range, isTable, setRange, setTable }: ReturnType<typeof useMetricTools>) {
  const t = useTranslations("metrics");
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <fieldset className="flex rounded-md border bg-surface p-0.5">
        <legend className="sr-only">{t("range")}</legend>
        {metricRanges.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === range}
            onClick={() => setRange(one)}
            className={cx(
              "h-7 whitespace-nowrap rounded px-2.5 text-[13px] transition-colors",
              one === range ? "bg-raised font-medium shadow-[0_0_0_1px_var(--line)]" : "text-soft hover:text-ink",
            )}
          >
            {t(`ranges.${one}`)}
          </button>
        ))}
      </fieldset>
      <Button aria-pressed={isTable} onClick={() => setTable(!isTable)}>
        {isTable ? t("asCharts") : t("asTable")}
      </Button>
    </div>
  );
}
