import { useMemo } from "react";
import { useFormatter } from "use-intl";
import type { MetricFigure } from "./metric-figures.ts";

export interface MetricFormat {
  of(figure: MetricFigure["unit"]): (value: number) => string;
  /** Of one sample. */
  time(seconds: number): string;
  /** Short, for the axis. */
  tick(seconds: number): string;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A number of bytes by its size: what to show, with how many digits, and its unit. */
export function scaleBytes(bytes: number): { value: number; digits: number; unit: string } {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return { value, digits: power === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2, unit: units[power] ?? "" };
}

/** Figures and times for people: bytes in powers of 1024, CPU in percent of one core. Functions stay the same while language and range do. */
export function useMetricFormat(isOverDays: boolean): MetricFormat {
  const format = useFormatter();
  return useMemo(() => {
    const bytes = (value: number): string => {
      const { value: scaled, digits, unit } = scaleBytes(value);
      return `${format.number(scaled, { maximumFractionDigits: digits })} ${unit}`;
    };
    const cores = (value: number): string =>
      format.number(value, { style: "percent", maximumFractionDigits: value >= 0.1 ? 0 : value >= 0.01 ? 1 : 2 });
    const formats = {
      cores,
      bytes,
      rate: (value: number) => `${bytes(value)}/s`,
      count: (value: number) => format.number(value, { maximumFractionDigits: 1 }),
    };
    const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
    return {
      of: (unit) => formats[unit],
      time: (seconds) =>
        format.dateTime(
          new Date(seconds * 1000),
          isOverDays ? { month: "short", day: "numeric", ...clock } : { ...clock, second: "2-digit" },
        ),
      tick: (seconds) => format.dateTime(new Date(seconds * 1000), isOverDays ? { month: "short", day: "numeric" } : clock),
    };
  }, [format, isOverDays]);
}
