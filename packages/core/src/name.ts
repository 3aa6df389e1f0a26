import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";

export const maxNameLength = 40;
const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** A lower-case DNS label of at most 40 characters (room for `<pod>-<tenant>` in one 63-character label is made by suffixing). */
export const name = z
  .string()
  .max(maxNameLength, `at most ${maxNameLength} characters`)
  .regex(label, "lower-case letters, digits and inner hyphens (a DNS label), such as web-1");

/** The valid name closest to a wrong one, or undefined when none is close enough to be a slip of the finger. */
export function nearest(wrong: string, valid: readonly string[]): string | undefined {
  if (valid.length === 0) return undefined;
  const best = closest(wrong, [...valid]);
  return distance(wrong, best) <= Math.max(2, Math.floor(wrong.length / 3)) ? best : undefined;
}
