import { AppError } from "@agentpod/core/errors";

/** The engine answered, and said no. Becomes an AppError before it leaves the driver. */
export class EngineError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EngineError";
    this.status = status;
  }
}

/** True for an answer with one of these status codes. */
export function isStatus(error: unknown, ...codes: number[]): boolean {
  return error instanceof EngineError && codes.includes(error.status);
}

/** True when the engine said that the container itself is absent (and not a path or a network). */
export function isNoContainer(error: unknown): boolean {
  return isStatus(error, 404) && /no such container|no container with name or id/i.test((error as Error).message);
}

export function isNoNetwork(error: unknown): boolean {
  return error instanceof EngineError && /network .*not found|no such network/i.test(error.message);
}

/** What an engine's refusal means to the one who asked; anything else passes unchanged. `what` begins the sentence. */
export function toDriverError(error: unknown, what: string): unknown {
  if (!(error instanceof EngineError)) return error;
  const { status, message } = error;
  const options = { cause: error };
  const taken = /(?:Bind for|listen tcp4?) ([\d.]+:\d+)|address already in use|port is already allocated/i.exec(message);
  if (taken) {
    return new AppError(
      "conflict",
      `${what}: the host port ${taken[1] ?? ""} is in use by another program; another port is needed.`,
      options,
    );
  }
  if (/pool overlaps|subnet .*(?:in use|overlap)|already used on the host|conflicts with network/i.test(message)) {
    return new AppError("conflict", `${what}: its subnet is in use by another network of the engine.`, options);
  }
  if (isNoImage(error)) {
    return new AppError(
      "not_found",
      `${what}: the image is not on the engine; it may have been removed, and is pulled or built again.`,
      options,
    );
  }
  if (/rootfs is marked read-only|volume .*read-only|read-only file system/i.test(message)) {
    return new AppError("invalid", `${what}: its root is read-only; only its volumes can be written to.`, options);
  }
  if (/no space left on device/i.test(message)) {
    return new AppError("unavailable", `${what}: the engine's disk is full; free some space.`, options);
  }
  if (/container-init binary not found/i.test(message)) {
    return new AppError("internal", `${what}: the engine lacks an init program; install the package catatonit on its machine.`, options);
  }
  if (status === 404 && !/executable file/i.test(message)) return new AppError("not_found", `${what}: ${firstSentence(message)}`, options);
  // What the user's command or image is to blame for: the engine names the program, path or user.
  if (
    /executable file not found|no such file or directory|permission denied|is a directory|exec format error|unable to find user|no matching entries|no command specified|cannot locate specified dockerfile|dockerfile parse error|failed to parse dockerfile/i.test(
      message,
    )
  ) {
    return new AppError("invalid", `${what}: ${firstSentence(message)}`, options);
  }
  if (status === 400 || status === 422) return new AppError("invalid", `${what}: ${firstSentence(message)}`, options);
  if (status === 409) return new AppError("conflict", `${what}: ${firstSentence(message)}`, options);
  if (status === 503) return new AppError("unavailable", `${what}: the engine is not ready (${firstSentence(message)}).`, options);
  return new AppError("internal", `${what}: the engine refused (${firstSentence(message)}).`, options);
}

function firstSentence(message: string): string {
  const line = message.trim().split("\n")[0] ?? "";
  return line.replace(/^.*OCI runtime create failed: /, "").slice(0, 500);
}

export const isNoImage = (error: unknown): boolean => error instanceof EngineError && /no such image|image not known/i.test(error.message);
