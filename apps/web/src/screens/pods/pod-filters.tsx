import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { Input, Select } from "../../ui/input.tsx";
import type { PodFilter } from "./use-pod-filter.ts";

const standings = ["fine", "attention", "moving", "resting"] as const;

export function PodFilters({ filter, pods, shown }: { filter: PodFilter; pods: PodSummary[]; shown: number }) {
  const t = useTranslations("pods");
  const word = useTranslations("standing");
  const tenants = [...new Set(pods.map((pod) => pod.tenant))].sort();
  return (
    <search className="flex flex-wrap items-center gap-2">
      <Input
        type="search"
        aria-label={t("filter")}
        placeholder={t("filter")}
        value={filter.text}
        onChange={(event) => filter.setText(event.target.value)}
        className="sm:w-72!"
      />
      <Select
        aria-label={t("tenant")}
        value={filter.values.tenant}
        onChange={(event) => filter.setTenant(event.target.value)}
        className="w-auto! max-w-44"
      >
        <option value="">{t("anyTenant")}</option>
        {tenants.map((tenant) => (
          <option key={tenant} value={tenant}>
            {tenant}
          </option>
        ))}
      </Select>
      <Select
        aria-label={t("state")}
        value={filter.values.standing}
        onChange={(event) => filter.setStanding(event.target.value)}
        className="w-auto!"
      >
        <option value="">{t("anyState")}</option>
        {standings.map((standing) => (
          <option key={standing} value={standing}>
            {word(standing)}
          </option>
        ))}
      </Select>
      <span className="ml-auto text-[13px] text-soft tabular-nums" role="status">
        {t("count", { shown, all: pods.length })}
      </span>
    </search>
  );
}
