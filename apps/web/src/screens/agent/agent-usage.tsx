"use client";
import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Ago } from "../../i18n/time.tsx";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Select } from "../../ui/input.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { agentQueries, utcDay } from "../agents/agent-queries.ts";
import { useUsageFormat } from "../agents/usage-format.ts";
import type { PodTabProps } from "../pod/pod-tabs.ts";
import { UsageChart } from "./usage-chart.tsx";

const ranges = [7, 30, 90] as const;

/** What the agent's answers took, day by day and model by model. */
export function AgentUsage({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const [range, setRange] = useState<number>(30);
  const [from, to] = [utcDay(range - 1), utcDay()];
  const about = { tenant: pod.tenant, pod: pod.name, from, to };
  const days = useQuery(agentQueries.usage(about, "day"));
  const models = useQuery(agentQueries.usage(about, "model"));
  const isUsed = (models.data ?? []).length > 0;
  return (
    <Card
      title={t("usage")}
      flush
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Select
            aria-label={t("range")}
            value={range}
            onChange={(event) => setRange(Number(event.target.value))}
            className="h-7! w-auto! text-[13px]!"
          >
            {ranges.map((one) => (
              <option key={one} value={one}>
                {t("lastDays", { count: one })}
              </option>
            ))}
          </Select>
          {isUsed && (
            <a
              href={`/api/v1/usage/export?${new URLSearchParams({ ...about, format: "csv" })}`}
              download={`${pod.tenant}-${pod.name}-usage.csv`}
              className={buttonClass("line", true)}
            >
              <Download className="size-3.5" aria-hidden />
              {t("csv")}
            </a>
          )}
        </div>
      }
    >
      <Asked query={models} lines={6}>
        {(rows) =>
          rows.length === 0 ? (
            <div className="flex flex-col gap-1 px-4 py-8 text-center text-sm">
              <p>{t("noUsage")}</p>
              <p className="text-soft">{t("noUsageText")}</p>
            </div>
          ) : (
            <>
              <div className="p-4 pb-2">
                <LastCall {...pod} />
                <Asked query={days} lines={5}>
                  {(list) => <UsageChart rows={list} from={from} to={to} />}
                </Asked>
              </div>
              <Models rows={rows} />
            </>
          )
        }
      </Asked>
    </Card>
  );
}

/** When a model was last asked with the agent's own key. */
function LastCall({ tenant, name }: { tenant: string; name: string }) {
  const t = useTranslations("agent");
  const { data = [] } = useQuery(agentQueries.keys(tenant));
  const last = data
    .filter(({ pod }) => pod === name)
    .map(({ lastUsedAt }) => lastUsedAt ?? "")
    .sort()
    .at(-1);
  if (!last) return null;
  return (
    <p className="pb-2 text-[13px] text-soft">
      {t("lastCall")} <Ago at={last} />
    </p>
  );
}

function Models({ rows }: { rows: LlmUsageView[] }) {
  const t = useTranslations("agent");
  const format = useUsageFormat();
  const isEstimated = rows.some(({ estimated }) => estimated > 0);
  const head = [
    t("model"),
    t("figures.calls"),
    t("figures.failed"),
    t("figures.input"),
    t("figures.output"),
    t("figures.cached"),
    t("figures.cost"),
  ];
  return (
    <div className="border-t">
      <Table label={t("byModel")} head={head}>
        {[...rows]
          .sort((a, b) => b.cost - a.cost || b.calls - a.calls)
          .map(({ model, calls, failed, aborted, input, output, cacheRead, cacheWrite, cost, estimated }) => (
            <tr key={model}>
              <Cell className="min-w-32 break-all font-medium">{model}</Cell>
              {[calls, failed + aborted, input, output, cacheRead + cacheWrite].map((value, i) => (
                <Cell key={head[i + 1]} className="whitespace-nowrap text-soft tabular-nums">
                  {format.count(value)}
                </Cell>
              ))}
              <Cell className="whitespace-nowrap tabular-nums">{format.cost(cost, estimated)}</Cell>
            </tr>
          ))}
      </Table>
      <p className="border-t px-4 py-2.5 text-soft text-xs">{t(isEstimated ? "costEstimated" : "costText")}</p>
    </div>
  );
}
