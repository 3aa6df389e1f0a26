import type { ErrorCode } from "@agentpod/core/errors";

/** Stable: scripts rely on them. `exec` gives the program's own code instead. */
export const exitCodes = {
  internal: 1,
  invalid: 2,
  unauthenticated: 3,
  forbidden: 4,
  not_found: 5,
  conflict: 6,
  quota_exceeded: 7,
  unavailable: 8,
} as const satisfies Record<ErrorCode, number>;

/** The table for `--help`. */
export const exitCodeHelp = `Exit codes: 0 done${Object.entries(exitCodes)
  .map(([code, number]) => `, ${number} ${code}`)
  .join("")}, 130 interrupted.`;
