import type { ErrorCode } from "./errors.ts";

/** HTTP status of each error code, the same for the API and the gateway's control socket. `quota_exceeded` is 429: more of it is possible later, or after something else has gone. */
export const httpStatus = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  quota_exceeded: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>;
