import { useFormatter } from "use-intl";

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** A size for people, such as `1.2 MB`. */
export function useBytesText(): (bytes: number) => string {
  const format = useFormatter();
  return (bytes) => {
    const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
    return format.number(bytes / 1000 ** step, {
      style: "unit",
      unit: units[step] as string,
      // Bytes have no short name but this one.
      unitDisplay: step === 0 ? "narrow" : "short",
      maximumFractionDigits: 1,
    });
  };
}
