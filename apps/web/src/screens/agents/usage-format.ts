import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { useMemo } from "react";
import { useFormatter } from "use-intl";

type Sums = Pick<LlmUsageView, "input" | "output" | "cacheRead" | "cacheWrite">;

/** All that was read and written. */
export const tokensOf = ({ input, output, cacheRead, cacheWrite }: Sums): number => input + output + cacheRead + cacheWrite;

export interface UsageFormat {
  count(value: number): string;
  /** Without a currency: it is that of the prices. `estimated`: some of it is. */
  cost(value: number, estimated?: number): string;
}

export function useUsageFormat(): UsageFormat {
  const format = useFormatter();
  return useMemo(
    () => ({
      count: (value) => format.number(value, value < 10_000 ? {} : { notation: "compact", maximumFractionDigits: 1 }),
      cost: (value, estimated = 0) =>
        `${estimated > 0 ? "≈ " : ""}${format.number(value, { minimumFractionDigits: 2, maximumFractionDigits: value < 1 ? 4 : 2 })}`,
    }),
    [format],
  );
}
