import { printable } from "@agentpod/core/source/printable";
import { refused } from "@agentpod/core/source/refused";
import type { SourceEntry } from "./source-entry.ts";

const mostSteps = 40;

/**
 * Throws `invalid` for a link that leads outside, followed through every other link as a file system would; `a/b/..` is not `a` where
 * `b` is a link. Links to nothing may stay. Throws too for a file that lies below a link or another file.
 */
export function confineLinks(entries: readonly SourceEntry[]): void {
  const links = new Map(entries.flatMap(({ path, target }) => (target === null ? [] : [[path, target] as const])));
  const files = new Set(entries.map(({ path }) => path));
  for (const { path } of entries) {
    const names = path.split("/");
    for (let length = 1; length < names.length; length++) {
      const above = names.slice(0, length).join("/");
      if (files.has(above)) throw refused(path, `a folder above it: ${printable(above)} is a file or a link`);
    }
  }
  for (const [path, target] of links) if (!staysInside(path, target, links)) throw refused(path, "a relative link to something inside");
}

function staysInside(path: string, target: string, links: ReadonlyMap<string, string>): boolean {
  if (target === "" || target.startsWith("/") || target.includes("\0") || target.includes("\\")) return false;
  const at = path.split("/").slice(0, -1);
  const left = target.split("/").reverse();
  for (let steps = 0; left.length > 0; ) {
    const name = left.pop() ?? "";
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (at.pop() === undefined) return false;
      continue;
    }
    const next = links.get([...at, name].join("/"));
    if (next === undefined) at.push(name);
    else if (next.startsWith("/") || ++steps > mostSteps) return false;
    else left.push(...next.split("/").reverse());
  }
  return true;
}
