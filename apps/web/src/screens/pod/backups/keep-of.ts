import { type Retention, standardRetention } from "@agentpod/core/volume-backup";
import { typedNumber } from "../../../inputs/typed-number.ts";

export const keepFields = ["last", "daily", "weekly", "monthly"] as const;

/** How many are kept, as it is written in a form. */
export type KeepTexts = Record<(typeof keepFields)[number], string>;

/** Absent: what is kept where nobody said otherwise. */
export const keepTexts = (counts: Retention = standardRetention): KeepTexts =>
  Object.fromEntries(keepFields.map((one) => [one, String(counts[one])])) as KeepTexts;

/** A number that is none is the API's to refuse, at its field. */
export const keepOf = (texts: KeepTexts): Retention =>
  Object.fromEntries(keepFields.map((one) => [one, typedNumber(texts[one])])) as unknown as Retention;
