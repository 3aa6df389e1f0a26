import { AppError, type ErrorCode } from "@agentpod/core/errors";
import { TooManyAttempts } from "../http-error.ts";

/** The same words whether the user does not exist, has no password, or another one. */
const sentences: Record<string, [ErrorCode, string]> = {
  INVALID_EMAIL_OR_PASSWORD: ["unauthenticated", "the email address or the password is wrong"],
  INVALID_PASSWORD: ["forbidden", "this is not your password"],
  INVALID_CODE: ["unauthenticated", "the code is wrong; codes are good for 30 seconds"],
  INVALID_BACKUP_CODE: ["unauthenticated", "the backup code is wrong or has been used"],
  INVALID_TWO_FACTOR_COOKIE: ["unauthenticated", "the login took too long; begin again"],
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: ["unauthenticated", "too many wrong codes; log in again"],
  TOTP_NOT_ENABLED: ["conflict", "there is no second factor to confirm; set one up first"],
  TWO_FACTOR_NOT_ENABLED: ["conflict", "there is no second factor"],
  INVALID_TOKEN: ["forbidden", "this link is not good, or has been used; ask for another"],
  USER_ALREADY_EXISTS: ["conflict", "a user with this email address already exists; log in"],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ["conflict", "a user with this email address already exists; log in"],
};

const codes: Record<number, ErrorCode> = { 400: "invalid", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 422: "invalid" };

/** How long the library locks an account after too many wrong codes. */
const lockedSeconds = 900;

/** Throws what an answer of the login library stands for; nothing where it is a success. */
export async function checkLibrary(response: Response): Promise<void> {
  if (response.ok) return;
  throw libraryFailure(response.status, (await response.json().catch(() => ({}))) as { code?: string; message?: string });
}

/** An error that the library threw or answered, in our words. */
export function libraryFailure(
  status: number,
  { code = "", message = "" }: { code?: string | undefined; message?: string | undefined },
): AppError {
  if (status === 429) return new TooManyAttempts(lockedSeconds);
  const known = Object.hasOwn(sentences, code) ? sentences[code] : undefined;
  if (known !== undefined) return new AppError(...known);
  const kind = codes[status];
  return kind === undefined
    ? new AppError("internal", `the login library answered ${status} ${code}: ${message}`)
    : new AppError(kind, message === "" ? "this login is not possible" : message);
}
