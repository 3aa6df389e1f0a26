import { type ChartLine, lineLooks } from "./chart-line.ts";

/** A piece of a line, for its legend. */
export function LineSample({ look }: { look: ChartLine["look"] }) {
  const { color, width, dash } = lineLooks[look];
  return (
    <svg viewBox="0 0 18 6" className="h-1.5 w-4.5 shrink-0" aria-hidden="true">
      <line x1="0" y1="3" x2="18" y2="3" stroke={`var(${color})`} strokeWidth={width + 0.5} strokeDasharray={dash?.join(" ")} />
    </svg>
  );
}
