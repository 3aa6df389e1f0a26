"use client";
import { type KeyboardEvent, useEffect, useMemo, useRef } from "react";
import type { ChartContent } from "./chart-line.ts";
import { lastKnown } from "./grid.ts";
import { type LinePlot, linePlot } from "./line-plot.ts";
import { LineSample } from "./line-sample.tsx";

export interface TimeChartProps extends ChartContent {
  label: string;
  /** Where the crosshair stands, in seconds since 1970; shared by the charts of a page. Null: nowhere. */
  at: number | null;
  onPoint(at: number | null): void;
  formatTime(seconds: number): string;
  /** Said where a value is not known. */
  unknown: string;
}

/** Lines over time. The pointer or the arrow keys choose a time; its values stand above, and are said. */
export default function TimeChart({
  label,
  at,
  onPoint,
  formatTime,
  unknown,
  times,
  lines,
  steps,
  formatValue,
  formatTick,
}: TimeChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot>(null);
  const content = useMemo<ChartContent>(
    () => ({ times, lines, steps, formatValue, formatTick }),
    [times, lines, steps, formatValue, formatTick],
  );
  const latest = useRef({ content, onPoint });
  latest.current = { content, onPoint };
  const looks = lines.map(({ look }) => look).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other kinds of lines need another plot; new values do not
  useEffect(() => {
    if (element.current === null) return;
    const made = linePlot(element.current, latest.current.content, (seconds) => latest.current.onPoint(seconds));
    plot.current = made;
    return () => {
      plot.current = null;
      made.dispose();
    };
  }, [looks, steps]);
  useEffect(() => plot.current?.show(content), [content]);
  useEffect(() => plot.current?.point(at), [at]);

  const last = times.length - 1;
  const newest = Math.max(-1, ...lines.filter(({ look }) => look !== "limit").map(({ values }) => lastKnown(values) ?? -1));
  const chosen = at === null ? -1 : times.indexOf(at);
  const shown = chosen >= 0 ? chosen : newest;
  const time = times[shown];
  const texts = lines.map(({ label, look, values }) => {
    const value = values[shown] ?? null;
    return { label, look, text: value === null ? unknown : formatValue(value) };
  });
  const move = (event: KeyboardEvent): void => {
    const from = chosen >= 0 ? chosen : newest >= 0 ? newest : last;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, PageUp: from + 10, PageDown: from - 10, Home: 0, End: last, Escape: null }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    onPoint(to === null ? null : (times[Math.min(last, Math.max(0, to))] ?? null));
  };
  return (
    <div className="flex flex-col gap-2">
      <div className="flex min-h-9 items-end justify-between gap-x-5 text-sm">
        <dl className="flex flex-wrap items-end gap-x-5 gap-y-1">
          {texts.map(({ label, look, text }) => (
            <div key={label} className="flex flex-col">
              <dt className="flex items-center gap-1.5 text-soft text-xs">
                <LineSample look={look} />
                {label}
              </dt>
              <dd className="tabular-nums">{text}</dd>
            </div>
          ))}
        </dl>
        <p className="shrink-0 text-right text-soft text-xs tabular-nums">{time !== undefined && formatTime(time)}</p>
      </div>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={Math.max(0, shown)}
        aria-valuetext={[time === undefined ? "" : formatTime(time), ...texts.map(({ label, text }) => `${label} ${text}`)]
          .filter(Boolean)
          .join(", ")}
        onKeyDown={move}
        onBlur={() => onPoint(null)}
        className="rounded-md"
      >
        <div ref={element} className="w-full overflow-hidden [&_.u-cursor-x]:border-soft!" style={{ height: 168 }} />
      </div>
    </div>
  );
}
