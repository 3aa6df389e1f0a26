import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { FilterSelect } from "../../ui/filter-select.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import type { PodFilter } from "./use-pod-filter.ts";

const standings = ["fine", "attention", "moving", "resting"] as const;

export function PodFilters({ filter, pods, shown }: { filter: PodFilter; pods: PodSummary[]; shown: number }) {
  const t = useTranslations("pods");
  const word = useTranslations("standing");
  const tenants = [...new Set(pods.map((pod) => pod.tenant))].sort();
  return (
    <search className="flex flex-wrap items-center gap-2">
      <SearchInput label={t("filter")} value={filter.text} onText={filter.setText} className="sm:w-72!" />
      <FilterSelect
        label={t("tenant")}
        value={filter.values.tenant}
        onValue={filter.setTenant}
        any={t("anyTenant")}
        options={tenants}
        textOf={(tenant) => tenant}
        className="max-w-44"
      />
      <FilterSelect
        label={t("state")}
        value={filter.values.standing}
        onValue={filter.setStanding}
        any={t("anyState")}
        options={standings}
        textOf={(standing) => word(standing)}
      />
      <span className="ml-auto text-[13px] text-soft tabular-nums" role="status">
        {t("count", { shown, all: pods.length })}
      </span>
    </search>
  );
}
