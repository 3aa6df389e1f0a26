interface Numbers {
  number(value: number, options: { style: "unit"; unit: string; unitDisplay: "short"; maximumFractionDigits: number }): string;
}

/** Bytes in the unit that suits them; small files in bytes. */
export function fileSize(bytes: number, format: Numbers): string {
  const [value, unit] = bytes < 1000 ? [bytes, "byte"] : bytes < 1e6 ? [bytes / 1000, "kilobyte"] : [bytes / 1e6, "megabyte"];
  return format.number(value, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits: bytes < 1000 || value >= 10 ? 0 : 1 });
}
