import type { ReactNode } from "react";

interface ChoiceProps {
  label: string;
  hint?: ReactNode;
  /** One of several: its group's name; without it a box to be ticked. */
  group?: string;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}

/** A box to tick, or one of several choices, with what it means below its name. */
export function Choice({ label, hint, group, checked, disabled = false, onChange }: ChoiceProps) {
  return (
    <label className="flex min-w-0 items-start gap-2.5 text-sm">
      <input
        type={group === undefined ? "checkbox" : "radio"}
        name={group}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-ink"
      />
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="break-words font-medium text-[13px]">{label}</span>
        {hint && <span className="text-[13px] text-soft">{hint}</span>}
      </span>
    </label>
  );
}
