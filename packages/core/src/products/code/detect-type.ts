import { bareNodeFile } from "./analyze-bare-node.ts";
import { composeIsApplication, findCompose } from "./analyze-compose.ts";
import { staticFolder } from "./analyze-static.ts";
import { findDockerfile } from "./dockerfile.ts";
import { nodePackage } from "./node-package.ts";
import { deployable } from "./node-start.ts";
import { joined, type ProjectFiles, relativeTo } from "./project-files.ts";
import { pythonSigns } from "./python-packages.ts";

export type Detected = "node" | "python" | "static" | "dockerfile" | "compose";

/** What a folder is, by what lies in it; null for nothing that is known. What says most about how it runs goes first. */
export function detectType(files: ProjectFiles, folder: string): Detected | null {
  const compose = findCompose(files, folder);
  if (compose && composeIsApplication(compose.data)) return "compose";
  if (findDockerfile(files, folder) !== null) return "dockerfile";
  const pkg = nodePackage(files, folder);
  const isPython = pythonSigns.some((name) => files.has(joined(folder, name)));
  // Python projects keep a package.json for what their pages are made of.
  if (isPython && !(files.has(joined(folder, "package.json")) && pkg !== null && deployable(files, pkg))) return "python";
  if (files.has(joined(folder, "package.json"))) return "node";
  if (["app.py", "main.py"].some((name) => files.has(joined(folder, name)))) return "python";
  if (bareNodeFile(files, folder) !== null) return "node";
  if (staticFolder(files, folder) !== null) return "static";
  return compose === null ? null : "compose";
}

const aside = /^(node_modules|\.venv|venv|vendor|tests?|docs|examples?|scripts|e2e|fixtures|packages|libs?|\..*)$/;
const deepest = 2;

/** Folders below `folder` that are something, the top ones first; those inside one that was found are not looked at. */
export function projectFolders(files: ProjectFiles, folder: string): string[] {
  const folders = new Set<string>();
  for (const path of files.paths) {
    const parts = relativeTo(folder, path)?.split("/").slice(0, -1) ?? [];
    for (let depth = 1; depth <= Math.min(deepest, parts.length); depth++) {
      if (parts.slice(0, depth).some((part) => aside.test(part))) break;
      folders.add(joined(folder, parts.slice(0, depth).join("/")));
    }
  }
  const found: string[] = [];
  const sorted = [...folders].sort((a, b) => a.split("/").length - b.split("/").length || (a < b ? -1 : 1));
  for (const each of sorted.slice(0, 500)) {
    if (found.some((parent) => each.startsWith(`${parent}/`))) continue;
    if (detectType(files, each) !== null) found.push(each);
  }
  return found;
}
