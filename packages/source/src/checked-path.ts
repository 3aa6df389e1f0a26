import { AppError } from "@agentpod/core/errors";
import { beyondLimit, type SourceLimits } from "./source-limits.ts";

/**
 * A path as an archive or a tree of git names it, cleaned: relative, with `/`, without `.` and empty names. Null for the top itself.
 * Throws `invalid` for one that leads outside, that no file system here would take as it is, or that is beyond the limits.
 */
export function checkedPath(raw: string, { depth, pathBytes }: SourceLimits): string | null {
  const shown = printable(raw);
  if (raw.includes("\0") || raw.includes("\\") || raw.includes("\uFFFD")) throw refused(shown, "a path of plain names");
  if (raw.startsWith("/") || /^[A-Za-z]:/.test(raw)) throw refused(shown, "a relative path");
  const names = raw.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw refused(shown, "a path without ..");
  if (names.length === 0) return null;
  if (names.length > depth) throw beyondLimit(shown, `at most ${depth} folders in each other`);
  const path = names.join("/");
  if (Buffer.byteLength(path) > pathBytes || names.some((name) => Buffer.byteLength(name) > 255))
    throw beyondLimit(shown, `a path of at most ${pathBytes} bytes, each name at most 255`);
  return path;
}

function refused(path: string, expected: string): AppError {
  return new AppError("invalid", `${path}: expected ${expected}; the archive was refused.`, { issues: [{ path, expected }] });
}

/** A path for a sentence: short, and without signs that would move a cursor. */
export function printable(path: string): string {
  const clean = path.replaceAll(/[\p{C}\uFFFD]/gu, "?");
  return clean.length > 120 ? `${clean.slice(0, 117)}...` : clean || "(no name)";
}
