import { AppError } from "@agentpod/core/errors";
import { EngineError, toDriverError } from "./engine-error.ts";

/** What a build was allowed. */
export interface BuildCap {
  memoryMb: number;
  seconds: number;
}

const killed = /returned a non-zero code: 137\b|signal: killed|exit status 137/;
const outOfMemory = /\bOut of memory\b|Cannot allocate memory|heap out of memory|std::bad_alloc|MemoryError|^Killed$/i;
const diskFull = /no space left on device|\bENOSPC\b/i;
const engineGone = /context canceled|context cancelled|transport is closing|daemon is shutting down|connection reset|EOF$/i;

/** What the engine said of a step that failed, for the one who wrote the Dockerfile. `last`: what the step itself said. */
export function buildFailure(unit: string, said: string, last: readonly string[], { memoryMb }: BuildCap): AppError {
  const own = ownWords(last);
  const words = own.length === 0 ? "" : `\n${own.join("\n")}`;
  if (engineGone.test(said.trim())) return engineAway(unit, said);
  if (killed.test(said) || own.some((line) => outOfMemory.test(line))) {
    return new AppError(
      "invalid",
      `The build of ${unit} was ended for want of memory: a step needed more than ${memoryMb} MB. Raise build.limits.memoryMb.\n${said.trim()}${words}`,
    );
  }
  const onlyBuildKit = /the (--\S+) option requires BuildKit/i.exec(said)?.[1];
  if (onlyBuildKit !== undefined) {
    return new AppError(
      "invalid",
      `The build of ${unit} failed: its Dockerfile has ${onlyBuildKit}, which only BuildKit knows. Builds here are made by the classic builder, whose memory can be limited: leave it out.`,
    );
  }
  if (diskFull.test(said) || own.some((line) => diskFull.test(line))) {
    return new AppError("unavailable", `The build of ${unit} failed: the engine's disk is full; free some space.`);
  }
  return new AppError("invalid", `The build of ${unit} failed: ${said.trim()}${words}`);
}

/** Of the last lines those that the step itself said. */
function ownWords(last: readonly string[]): readonly string[] {
  return last
    .slice(last.findLastIndex((line) => /^Step \d+\/\d+ : /.test(line)) + 1)
    .filter((line) => !/^ ---> |^Removing intermediate container /.test(line));
}

/** What ended a build from outside, as the caller is told it. */
export function buildEnd(unit: string, error: unknown, limit: AbortSignal, stop: AbortSignal | undefined, { seconds }: BuildCap): unknown {
  if (stop?.aborted) return stop.reason;
  if (limit.aborted)
    return new AppError("invalid", `The build of ${unit} took longer than ${seconds} s and was ended. Raise build.limits.seconds.`, {
      cause: error,
    });
  if (error instanceof AppError) return error;
  if (error instanceof EngineError)
    return engineGone.test(error.message) ? engineAway(unit, error) : toDriverError(error, `The build of ${unit} failed`);
  return engineAway(unit, error);
}

function engineAway(unit: string, cause: unknown): AppError {
  return new AppError("unavailable", `The container engine went away during the build of ${unit}.`, { cause });
}
