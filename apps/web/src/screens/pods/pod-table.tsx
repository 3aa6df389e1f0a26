"use client";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { PodRow, podColumns } from "./pod-row.tsx";
import { PodTableHead } from "./pod-table-head.tsx";
import type { PodFilter } from "./use-pod-filter.ts";

interface PodTableProps {
  pods: PodSummary[];
  filter: PodFilter;
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
}

/** Only rows in sight are in the document: a thousand pods scroll as ten do. */
export function PodTable({ pods, filter, selected, onSelect }: PodTableProps) {
  const t = useTranslations("pods");
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: pods.length,
    estimateSize: () => 49,
    overscan: 10,
    scrollMargin: top,
    getItemKey: (i) => pods[i]?.id ?? i,
  });
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const areAll = pods.length > 0 && pods.every((pod) => selected.has(pod.id));
  return (
    <table aria-label={t("title")} aria-rowcount={pods.length + 1} className="block rounded-xl border bg-raised text-sm">
      {pods.length === 0 && <caption className="block caption-bottom px-4 py-10 text-center text-soft">{t("noMatch")}</caption>}
      <PodTableHead filter={filter} areAll={areAll} onAll={() => onSelect(areAll ? new Set() : new Set(pods.map((pod) => pod.id)))} />
      <tbody ref={body} className="relative block" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const pod = pods[index];
          return (
            pod && (
              <tr
                key={key}
                data-index={index}
                ref={rows.measureElement}
                aria-rowindex={index + 2}
                className={`${podColumns} absolute inset-x-0 top-0 border-t py-2.5 transition-colors hover:bg-hover`}
                style={{ transform: `translateY(${start - top}px)` }}
              >
                <PodRow pod={pod} isSelected={selected.has(pod.id)} onToggle={() => toggle(pod.id)} />
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}
