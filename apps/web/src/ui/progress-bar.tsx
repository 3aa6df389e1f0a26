interface ProgressBarProps {
  label: string;
  /** From 0 to 1; what is beyond is shown as full. */
  part: number;
  /** A mark on the way, from 0 to 1: where somebody is warned. */
  mark?: number;
}

/** How much of something is done or used. */
export function ProgressBar({ label, part, mark }: ProgressBarProps) {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="relative h-2 w-full overflow-hidden rounded-full border bg-surface"
    >
      <div className="h-full bg-ink" style={{ width: `${percent}%` }} />
      {mark !== undefined && <div className="absolute inset-y-0 w-px bg-soft" style={{ left: `${Math.round(mark * 100)}%` }} />}
    </div>
  );
}
