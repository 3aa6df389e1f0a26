import type { SetCleanUpPolicyRequest } from "@agentpod/core/api/clean-up-view";
import type { CleanUpPolicy } from "@agentpod/core/clean-up";
import { typedNumber, typedNumberOrNull } from "../../inputs/typed-number.ts";

export type PolicyField = keyof CleanUpPolicy;

export const policyFields = ["releases", "days", "unusedHours", "buildCacheMb", "freeMb", "everyHours"] as const satisfies PolicyField[];

/** As the API takes what was typed: an empty field is none of it where there may be none. What is no number goes as it is, and the API says what it should be. */
export function policyOf(typed: (name: PolicyField) => string): SetCleanUpPolicyRequest {
  const number = (name: PolicyField): number => typedNumber(typed(name));
  const numberOrNone = (name: PolicyField): number | null => typedNumberOrNull(typed(name));
  return {
    ...{ releases: number("releases"), days: number("days"), unusedHours: number("unusedHours") },
    ...{ buildCacheMb: numberOrNone("buildCacheMb"), freeMb: number("freeMb"), everyHours: numberOrNone("everyHours") },
  };
}
