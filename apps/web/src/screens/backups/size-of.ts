const units = ["kilobyte", "megabyte", "gigabyte"] as const;

interface Numbers {
  number(value: number, options: { style: "unit"; unit: string; unitDisplay: "short"; maximumFractionDigits: number }): string;
}

/** Bytes in the unit that suits them. */
export function sizeOf(bytes: number, format: Numbers): string {
  let [value, unit] = [bytes / 1000, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = value < 10 && unit > 0 ? 1 : 0;
  return format.number(value, { style: "unit", unit: units[unit] ?? "gigabyte", unitDisplay: "short", maximumFractionDigits: digits });
}
