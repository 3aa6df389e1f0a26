/** How a line is drawn: in greys, told apart by weight and dashes. */
export const lineLooks = {
  main: { color: "--ink", width: 1.5, dash: undefined, fill: true },
  second: { color: "--ink-soft", width: 1.5, dash: [5, 3], fill: false },
  peak: { color: "--ink-soft", width: 1, dash: [1, 2], fill: false },
  limit: { color: "--ink", width: 1, dash: [10, 4], fill: false },
} as const;

export interface ChartLine {
  /** In the reader's language. */
  label: string;
  look: keyof typeof lineLooks;
  /** One for each time of the chart; null is a gap. */
  values: readonly (number | null)[];
}

/** What a chart shows, but for its texts. */
export interface ChartContent {
  /** Seconds since 1970, evenly apart. */
  times: readonly number[];
  lines: readonly ChartLine[];
  /** Between the values of the axis: round for people, or for bytes. */
  steps: "decimal" | "binary";
  formatValue(value: number): string;
  /** Of the time axis. */
  formatTick(seconds: number): string;
}
