import { AppError } from "@agentpod/core/errors";

/** An absolute path inside a unit as it is; `invalid` for a relative one or one with `..`. */
export function plainPath(path: string): string {
  if (!path.startsWith("/") || path.includes("\0") || path.split("/").includes(".."))
    throw new AppError("invalid", `${JSON.stringify(path)} is no path inside a unit: give an absolute one without "..".`);
  return path;
}
