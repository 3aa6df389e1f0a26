"use client";
import { type LlmUsageBy, llmUsageBy } from "@agentpod/core/api/llm-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSearch } from "../../routing/use-search.ts";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Select } from "../../ui/input.tsx";
import { llmQueries } from "./llm-queries.ts";
import { UsageCharts } from "./usage-charts.tsx";
import { daysOf, usageRanges } from "./usage-days.ts";
import { UsageTable } from "./usage-table.tsx";
import { useLlmOwner } from "./use-llm-owner.ts";

/** What was asked and what it cost: day by day, and by tenant, pod or model. */
export default function Usage() {
  const t = useTranslations("llm");
  const { chosen, isReady } = useLlmOwner();
  const [wantedRange, setRange] = useSearch("range");
  const [wantedBy, setBy] = useSearch("by");
  const [pod, setPod] = useSearch("pod");
  const { data: pods = [] } = useQuery(queries.pods());
  const range = usageRanges.find((one) => one === wantedRange) ?? "30";
  const by: LlmUsageBy = llmUsageBy.find((one) => one === wantedBy) ?? "model";
  const days = daysOf(range, Date.now());
  const ofTenant = pods.filter(({ tenant }) => tenant === chosen).map(({ name }) => name);
  const filter = {
    from: days[0] ?? "",
    to: days.at(-1) ?? "",
    ...(chosen !== "" && { tenant: chosen }),
    ...(ofTenant.includes(pod) && { pod }),
  };
  const perDay = useQuery({ ...llmQueries.usage(filter, "day"), enabled: isReady });
  const rows = useQuery({ ...llmQueries.usage(filter, by), enabled: isReady });
  const file = `/api/v1/usage/export?${new URLSearchParams({ ...filter, format: "csv" })}`;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <div className="flex flex-wrap gap-2">
          <Select aria-label={t("range")} value={range} onChange={(event) => setRange(event.target.value)} className="h-8! w-auto!">
            {usageRanges.map((one) => (
              <option key={one} value={one}>
                {t("lastDays", { days: Number(one) })}
              </option>
            ))}
          </Select>
          {ofTenant.length > 0 && (
            <Select
              aria-label={t("pod")}
              value={filter.pod ?? ""}
              onChange={(event) => setPod(event.target.value)}
              className="h-8! w-auto! max-w-56"
            >
              <option value="">{t("allPods")}</option>
              {ofTenant.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </Select>
          )}
          <Select aria-label={t("by")} value={by} onChange={(event) => setBy(event.target.value)} className="h-8! w-auto!">
            {llmUsageBy.map((one) => (
              <option key={one} value={one}>
                {t(`sumsBy.${one}`)}
              </option>
            ))}
          </Select>
        </div>
        <a href={file} download="agentpod-usage.csv" className={buttonClass()}>
          {t("csv")}
        </a>
      </div>
      <Asked query={perDay} lines={6}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("noUsageTitle")} text={t("noUsageText")} command="./agentpod usage --by model" />
          ) : (
            <>
              <UsageCharts rows={list} days={days} />
              <Card title={t(`sumsBy.${by}`)} flush>
                <Asked query={rows}>{(sums) => <UsageTable rows={sums} by={by} tenant={chosen} />}</Asked>
              </Card>
            </>
          )
        }
      </Asked>
      <p className="text-[13px] text-soft">{t("usageNote")}</p>
    </>
  );
}
