import { tooDeep } from "@agentpod/core/source/beyond-limits";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";

/**
 * A path as an archive or a tree of git names it, cleaned: relative, with `/`, without `.` and empty names. Null for the top itself.
 * Throws `invalid` for one that leads outside, that no file system here would take as it is, or that is beyond the limits.
 */
export function checkedPath(raw: string, { depth, pathBytes }: SourceLimits): string | null {
  if (raw.includes("\0") || raw.includes("\\") || raw.includes("\uFFFD")) throw refused(raw, "a path of plain names");
  if (raw.startsWith("/") || /^[A-Za-z]:/.test(raw)) throw refused(raw, "a relative path");
  const names = raw.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw refused(raw, "a path without ..");
  if (names.length === 0) return null;
  if (names.length > depth) throw tooDeep(raw, { depth });
  const path = names.join("/");
  if (Buffer.byteLength(path) > pathBytes || names.some((name) => Buffer.byteLength(name) > 255))
    throw refused(raw, `a path of at most ${pathBytes} bytes, each name at most 255`);
  return path;
}
