// The rules of the design that a machine can hold, over every file of the repository. Prints breaches; exits 1 with any.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { allFences } from "./fences/all-fences.ts";
import type { SourceFile } from "./fences/fence.ts";

const root = dirname(import.meta.dirname);
const outside = new Set(["node_modules", ".git", ".turbo", "dist", "coverage", "drizzle", ".agentpod", ".next", "out"]);
const text = /\.(ts|tsx|mts|mjs|js|json|md|ya?ml|sh|sql)$|^(Dockerfile|agentpod|run)$/;

function* filesBelow(folder: string): Generator<SourceFile> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = join(folder, entry.name);
    if (outside.has(entry.name)) continue;
    if (entry.isDirectory()) yield* filesBelow(at);
    else if (entry.isFile() && text.test(entry.name))
      yield { path: relative(root, at).split(sep).join("/"), text: readFileSync(at, "utf8") };
  }
}

// Its test provokes every breach.
const provoked = "scripts/check-fences.test.ts";

let files = 0;
const breaches = [];
for (const file of filesBelow(root)) {
  if (file.path === provoked) continue;
  files++;
  for (const fence of allFences) breaches.push(...fence(file));
}
for (const { path, line, message } of breaches) console.log(`${path}${line === null ? "" : `:${line}`} ${message}`);
console.log(breaches.length === 0 ? `fences: ${files} files, all within` : `fences: ${breaches.length} breaches in ${files} files`);
process.exit(breaches.length === 0 ? 0 : 1);
