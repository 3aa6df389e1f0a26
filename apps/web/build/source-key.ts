import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the dashboard is made of, from the repository's root. */
const sources = [
  "apps/web/src",
  "apps/web/messages",
  "apps/web/build",
  "apps/web/package.json",
  "apps/web/next.config.ts",
  "packages/client/src",
  "packages/core/src",
  "packages/core/sentences",
  "pnpm-lock.yaml",
];

/** A name for the content of all sources: the same content, the same name. */
export function sourceKey(root: string): string {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const path of filesBelow(join(root, source)))
      hash.update(path.slice(root.length)).update("\0").update(readFileSync(path)).update("\0");
  }
  return hash.digest("hex").slice(0, 16);
}

function filesBelow(path: string): string[] {
  const entries = tryList(path);
  return entries === null ? [path] : entries.sort().flatMap((name) => filesBelow(join(path, name)));
}

function tryList(path: string): string[] | null {
  try {
    return readdirSync(path);
  } catch {
    return null;
  }
}
