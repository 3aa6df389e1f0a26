import { AppError } from "@agentpod/core/errors";

export interface Target {
  path: string;
  query: ReadonlyMap<string, string>;
}

/**
 * The target of a request in the one spelling that is taken: no escapes, empty or dotted parts in the path, no name twice
 * in the query. What two programs could read in two ways is `invalid`.
 */
export function readTarget(url: string): Target {
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  const isPlain = /^(\/[A-Za-z0-9_.:@-]+)+$/.test(path) && !path.split("/").some((part) => part === "." || part === "..");
  if (!isPlain) throw new AppError("invalid", "the path is not written plainly");
  const query = new Map<string, string>();
  if (at >= 0) {
    const text = url.slice(at + 1);
    if (/[;#]/.test(text)) throw new AppError("invalid", "the query is not written plainly");
    for (const [key, value] of new URLSearchParams(text)) {
      if (query.has(key)) throw new AppError("invalid", `the query has ${key} twice`);
      query.set(key, value);
    }
  }
  return { path, query };
}
