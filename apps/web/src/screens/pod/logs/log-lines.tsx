"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { cx } from "../../../ui/cx.ts";
import type { LogLine } from "./log-buffer.ts";

interface LogLinesProps {
  lines: readonly LogLine[];
  /** The newest line stays in sight; scrolling up ends it. */
  follow: boolean;
  onFollow(follow: boolean): void;
  hasUnits: boolean;
  search: string;
}

/** A hundred thousand lines, of which those in sight are in the document. */
export function LogLines({ lines, follow, onFollow, hasUnits, search }: LogLinesProps) {
  const t = useTranslations("logs");
  const format = useFormatter();
  const box = useRef<HTMLDivElement>(null);
  // Another function at each scroll would have all of them measured anew.
  const keyOf = useCallback((i: number) => lines[i]?.id ?? i, [lines]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: rowHeight,
    overscan: 20,
    getItemKey: keyOf,
  });
  useEffect(() => {
    if (follow && lines.length > 0) rows.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, lines, rows]);
  return (
    <div
      ref={box}
      role="log"
      aria-label={t("title")}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onWheel={(event) => event.deltaY < 0 && follow && onFollow(false)}
      className="h-[62vh] min-h-72 overflow-y-auto rounded-xl border bg-surface py-2 font-mono text-[12.5px] leading-5"
    >
      {lines.length === 0 && <p className="px-4 py-2 font-sans text-soft text-sm">{search === "" ? t("empty") : t("noMatch")}</p>}
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <div
              key={key}
              data-index={index}
              ref={rows.measureElement}
              className="absolute inset-x-0 top-0 flex gap-3 px-4 hover:bg-hover"
              style={{ transform: `translateY(${start}px)` }}
            >
              {line.at !== null && (
                <time dateTime={line.at} title={line.at} className="hidden shrink-0 text-soft sm:block">
                  {format.dateTime(new Date(line.at), { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" })}
                </time>
              )}
              {hasUnits && <span className="w-16 shrink-0 truncate text-soft">{line.unit}</span>}
              <span className={cx("min-w-0 whitespace-pre-wrap break-all", line.stream === "stderr" && "font-medium")}>
                <Found text={line.text} search={search} />
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}

const rowHeight = (): number => 20;

function Found({ text, search }: { text: string; search: string }) {
  const at = search === "" ? -1 : text.toLowerCase().indexOf(search);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark className="rounded-xs bg-solid text-on-solid">{text.slice(at, at + search.length)}</mark>
      {text.slice(at + search.length)}
    </>
  );
}
