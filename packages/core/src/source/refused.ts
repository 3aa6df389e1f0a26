import { invalidInput } from "../draft-issues.ts";
import type { AppError } from "../errors.ts";
import { printable } from "./printable.ts";

/** What is said of a source, or of how it was asked for, that cannot be taken: where, and what was expected instead. */
export function refused(path: string, expected: string): AppError {
  return invalidInput([{ path: printable(path), expected }]);
}
