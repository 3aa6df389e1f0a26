"use client";
import type { MetricsView } from "@agentpod/core/api/metric-view";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { type figuresOf, linesWithValues, type MetricFigure } from "./metric-figures.ts";
import { useMetricFormat } from "./metric-format.ts";

const more = 100;

interface MetricTableProps {
  view: MetricsView;
  figures: (typeof figuresOf)[keyof typeof figuresOf];
  label: string;
  cpuLimit?: number | null;
}

/** The same values as the charts', in words and numbers; the newest first. */
export function MetricTable({ view, figures, label, cpuLimit = null }: MetricTableProps) {
  const t = useTranslations("metrics");
  const dates = useFormatter();
  const format = useMetricFormat(false);
  const [count, setCount] = useState(more);
  const columns = figures.flatMap((figure: MetricFigure) =>
    linesWithValues(figure, view.points, view.range !== "1h", cpuLimit).map(({ id, values }) => ({
      head: `${t(`figures.${figure.id}`)} · ${t(`lines.${id}`)}`,
      texts: values.map((value) => (value === null ? t("unknown") : format.of(figure.unit)(value))),
    })),
  );
  const rows = view.points.map(({ at }, i) => ({ at, texts: columns.map(({ texts }) => texts[i] ?? "") })).reverse();
  return (
    <Card flush>
      <Table label={label} head={[t("time"), ...columns.map(({ head }) => head)]}>
        {rows.slice(0, count).map(({ at, texts }) => (
          <tr key={at}>
            <Cell className="whitespace-nowrap">
              <time dateTime={at}>{dates.dateTime(new Date(at), { dateStyle: "medium", timeStyle: "medium" })}</time>
            </Cell>
            {texts.map((text, i) => (
              <Cell key={columns[i]?.head} className="whitespace-nowrap text-soft tabular-nums">
                {text}
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
      {rows.length > count && (
        <div className="border-t p-3 text-center">
          <Button onClick={() => setCount(count + more)}>{t("showMore", { count: rows.length - count })}</Button>
        </div>
      )}
    </Card>
  );
}
