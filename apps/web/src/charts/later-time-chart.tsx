"use client";
import { lazy, Suspense } from "react";
import type { TimeChartProps } from "./time-chart.tsx";

const TimeChart = lazy(() => import("./time-chart.tsx"));

/** A chart over time whose code is loaded once one is shown; its place is kept meanwhile. */
export const LaterTimeChart = (props: TimeChartProps) => (
  <Suspense fallback={<div style={{ height: 212 }} />}>
    <TimeChart {...props} />
  </Suspense>
);
