"use client";
import { LaterTimeChart } from "./later-time-chart.tsx";
import type { TimeChartProps } from "./time-chart.tsx";

interface DayChartProps extends Omit<TimeChartProps, "steps" | "formatTime" | "formatTick"> {
  formatDay(seconds: number): string;
}

/** Figures for people, day by day. */
export const DayChart = ({ formatDay, ...rest }: DayChartProps) => (
  <LaterTimeChart {...rest} steps="decimal" formatTime={formatDay} formatTick={formatDay} />
);
