import { cx } from "./cx.ts";
import { Select } from "./input.tsx";

interface FilterSelectProps<Value extends string> {
  label: string;
  /** Empty: any. */
  value: string;
  onValue(value: string): void;
  /** What the choice of any is called. */
  any: string;
  options: readonly Value[];
  /** What an option is called. */
  textOf(option: Value): string;
  className?: string;
}

/** Narrows a list down to those with a chosen value. */
export const FilterSelect = <Value extends string>({
  label,
  value,
  onValue,
  any,
  options,
  textOf,
  className,
}: FilterSelectProps<Value>) => (
  <Select aria-label={label} value={value} onChange={(event) => onValue(event.target.value)} className={cx("w-auto!", className)}>
    <option value="">{any}</option>
    {options.map((option) => (
      <option key={option} value={option}>
        {textOf(option)}
      </option>
    ))}
  </Select>
);
