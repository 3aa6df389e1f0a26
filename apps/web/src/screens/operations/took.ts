interface Numbers {
  number(value: number, options: { style: "unit"; unit: string; unitDisplay: "short"; maximumFractionDigits: number }): string;
}

/** Seconds in the unit that suits them. */
export function took(seconds: number, format: Numbers): string {
  const [value, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
  return format.number(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: value < 10 ? 1 : 0 });
}

/** From one time to another, in seconds. */
export const secondsBetween = (from: string, to: string): number => Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
