import type { AppError } from "../errors.ts";
import { refused } from "./refused.ts";
import { mostUploadBytes, type SourceLimits } from "./source-limits.ts";

/** What is said of a source that holds more than one may, `path` being where it became too much; and what to do, wherever it came from. */
export function tooLarge(path: string, { bytes }: Pick<SourceLimits, "bytes">): AppError {
  return refused(
    path,
    `at most ${megabytes(bytes)} MB in all: leave out what its build can fetch or make (of a folder by .agentpodignore)`,
  );
}

export function tooMany(path: string, { entries }: Pick<SourceLimits, "entries">): AppError {
  return refused(path, `at most ${entries} files and folders: leave out what its build can fetch or make (of a folder by .agentpodignore)`);
}

export function tooDeep(path: string, { depth }: Pick<SourceLimits, "depth">): AppError {
  return refused(path, `at most ${depth} folders in each other: move it up, or leave it out (of a folder by .agentpodignore)`);
}

/** The same of an upload, before it is unpacked. */
export function uploadTooLarge(): string {
  return `An upload has at most ${megabytes(mostUploadBytes)} MB: leave out what its build can fetch or make (of a folder by .agentpodignore), or deploy the address of a repository.`;
}

const megabytes = (bytes: number): number => Number((bytes / 1024 ** 2).toPrecision(4));
