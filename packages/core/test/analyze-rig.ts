import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { Analysis } from "../src/products/code/analysis.ts";
import { type AnalyzeOptions, analyzeProject } from "../src/products/code/analyze-project.ts";
import type { ListedFile } from "../src/products/code/project-files.ts";

export const projects = join(import.meta.dirname, "projects");

/** A project as path → content. */
export type Project = Readonly<Record<string, string | Uint8Array>>;

/** The files of a folder. */
export function projectIn(folder: string): Project {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => [path.split(sep).join("/"), new Uint8Array(readFileSync(join(folder, path)))]));
}

const bytesOf = (content: string | Uint8Array): Uint8Array => (typeof content === "string" ? new TextEncoder().encode(content) : content);

export function listingOf(project: Project): ListedFile[] {
  return Object.entries(project).map(([path, content]) => ({ path, bytes: bytesOf(content).byteLength }));
}

/** Answers what the analyzer asks for, round by round. Throws what it throws. */
export function analyze(
  project: Project,
  options: AnalyzeOptions = {},
  listing = listingOf(project),
): { analysis: Analysis; read: string[] } {
  const contents = new Map<string, Uint8Array | null>();
  for (let round = 0; round < 20; round++) {
    const step = analyzeProject(listing, contents, options);
    if ("analysis" in step) return { analysis: step.analysis, read: [...contents.keys()].sort() };
    for (const path of step.wants) {
      if (contents.has(path)) throw new Error(`asked twice for ${path}`);
      contents.set(path, Object.hasOwn(project, path) ? bytesOf(project[path] ?? "") : null);
    }
  }
  throw new Error("it asks without end");
}
