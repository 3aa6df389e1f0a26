"use client";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import type { ShownRequest } from "./use-access-log.ts";

/** Requests, one a line; only those in sight are in the document. */
export function RequestList({ requests }: { requests: ShownRequest[] }) {
  const t = useTranslations("accessLog");
  const format = useFormatter();
  const box = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(box.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: requests.length,
    estimateSize: () => 37,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (i) => requests[i]?.id ?? i,
  });
  if (requests.length === 0) return <p className="px-4 py-10 text-center text-soft text-sm">{t("empty")}</p>;
  return (
    <ul ref={box} aria-label={t("title")} className="relative font-mono text-[13px]" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ index, key, start }) => {
        const line = requests[index];
        return (
          line && (
            <li
              key={key}
              data-index={index}
              ref={rows.measureElement}
              className="absolute inset-x-0 top-0 grid grid-cols-[2.5rem_1fr_auto] gap-x-3 border-b px-4 py-2 md:grid-cols-[5rem_2.5rem_4rem_minmax(0,1fr)_10rem_4.5rem]"
              style={{ transform: `translateY(${start - top}px)` }}
            >
              <time dateTime={line.at} className="hidden text-soft md:block">
                {format.dateTime(new Date(line.at), { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })}
              </time>
              <span className={line.status >= 500 ? "font-bold" : line.status >= 400 ? "font-medium" : "text-soft"}>{line.status}</span>
              <span className="hidden truncate md:block">{line.method}</span>
              <span className="min-w-0 truncate" title={`${line.host}${line.path}`}>
                <span className="md:hidden">{line.method} </span>
                <span className="text-soft">{line.host}</span>
                {line.path}
              </span>
              <span className="hidden truncate text-soft md:block">{line.client}</span>
              <span className="whitespace-nowrap text-right text-soft tabular-nums">
                {t("milliseconds", { count: Math.round(line.milliseconds) })}
              </span>
            </li>
          )
        );
      })}
    </ul>
  );
}
