import { invalidInput } from "../../draft-issues.ts";
import { AppError } from "../../errors.ts";
import { nearest } from "../../name.ts";
import { type ReadManifest, readManifest } from "./agentpod-manifest.ts";
import type { Analysis } from "./analysis.ts";
import { analyzeBareNode, bareNodeFile } from "./analyze-bare-node.ts";
import { analyzeCompose, findCompose } from "./analyze-compose.ts";
import { analyzeNode } from "./analyze-node.ts";
import { analyzePython } from "./analyze-python.ts";
import { analyzeStatic } from "./analyze-static.ts";
import { applyManifest, manifestAlone } from "./apply-manifest.ts";
import { type Detected, detectType, projectFolders } from "./detect-type.ts";
import { analyzeDockerfile, findDockerfile } from "./dockerfile.ts";
import { findEnv } from "./find-env.ts";
import { findNeeds } from "./find-needs.ts";
import { type Findings, notes, type Say } from "./findings.ts";
import { nodePackage } from "./node-package.ts";
import { nodeWorkspace } from "./node-workspace.ts";
import { type Contents, joined, type ListedFile, type ProjectFiles, projectFiles } from "./project-files.ts";
import { pythonPackages } from "./python-packages.ts";
import { type CodeFacts, scanCode } from "./scan-code.ts";

/** Either the answer, or the files whose contents have to be given first. */
export type AnalyzeStep = { analysis: Analysis } | { wants: string[] };

export interface AnalyzeOptions {
  /** The application's folder, where its owner names one. */
  root?: string;
}

/**
 * Says what a project is and how it runs, from a listing and the contents it asks for: called again with those of `wants` added
 * (null for one that cannot be read) until it answers. The order of the listing does not matter. Throws `invalid`, with the file
 * or field, where it cannot say: a project of no known kind, nothing to start, several that could be meant.
 */
export function analyzeProject(listing: readonly ListedFile[], contents: Contents, options: AnalyzeOptions = {}): AnalyzeStep {
  const files = projectFiles(listing, contents);
  try {
    const analysis = analyze(files, options);
    return files.wanted.length > 0 ? { wants: [...files.wanted] } : { analysis };
  } catch (thrown) {
    // What is missing may well mend it.
    if (thrown instanceof AppError && files.wanted.length > 0) return { wants: [...files.wanted] };
    throw thrown;
  }
}

function analyze(files: ProjectFiles, { root: asked }: AnalyzeOptions): Analysis {
  const { say, reasons } = notes();
  const top = readManifest(files, "");
  const named = asked ?? top?.said.root ?? "";
  const folder = existing(files, named.replace(/^\.\/?/, "").replace(/\/+$/, ""), asked === undefined && top ? `${top.file}.root` : "root");
  if (folder !== "" && asked === undefined && top) say("root", `agentpod.yaml says that ${folder} is the application.`, top.file);
  const manifest = folder === "" ? top : (readManifest(files, folder) ?? top);
  const { findings, code } = findingsIn(files, folder, manifest, say);
  const whole = {
    ...findings,
    env: findings.type === "compose" ? findings.env : findEnv(files, joined(findings.root, findings.package ?? ""), code, say),
  };
  return { ...(manifest ? applyManifest(whole, manifest, say) : whole), reasons };
}

interface Found {
  findings: Findings;
  code: CodeFacts | null;
}

function findingsIn(files: ProjectFiles, folder: string, manifest: ReadManifest | null, say: Say): Found {
  const startIsGiven = manifest?.said.start !== undefined || manifest?.said.output !== undefined;
  const member = workspaceOf(files, folder);
  const type = manifest?.said.type ?? (manifest?.said.dockerfile !== undefined ? "dockerfile" : detectType(files, folder));
  if (type === "node" && member !== null) return analyzeNode(files, member, say, { member: folder, startIsGiven });
  if (type !== null) return ofType(type, files, folder, manifest, { member: null, startIsGiven }, say);
  const below = projectFolders(files, folder);
  const [only] = below;
  if (only !== undefined && below.length === 1) {
    say("root", `${only} is the only folder with an application.`, null);
    const inner = readManifest(files, only) ?? manifest;
    return findingsIn(files, only, inner, say);
  }
  if (manifest !== null && startIsGiven) return { findings: manifestAlone(manifest, folder, say), code: null };
  if (only !== undefined)
    throw invalidInput([
      { path: "root", expected: `one of ${below.slice(0, 20).join(", ")}: each of these folders could be the application; say which` },
    ]);
  if (manifest !== null) return { findings: manifestAlone(manifest, folder, say), code: null };
  throw invalidInput([
    {
      path: "files",
      expected:
        "agentpod.yaml, a compose file, Dockerfile, package.json, pyproject.toml, requirements.txt, Pipfile, manage.py, app.py, main.py or index.html, here or in a folder below; nothing of this is there",
    },
  ]);
}

function ofType(
  type: Detected,
  files: ProjectFiles,
  folder: string,
  manifest: ReadManifest | null,
  asked: { member: null; startIsGiven: boolean },
  say: Say,
): Found {
  switch (type) {
    case "node": {
      if (files.has(joined(folder, "package.json"))) return analyzeNode(files, folder, say, asked);
      const name = bareNodeFile(files, folder);
      if (name === null) throw lacks(manifest, "package.json");
      return analyzeBareNode(files, folder, name, say);
    }
    case "python":
      return analyzePython(files, folder, say, asked);
    case "static":
      return { findings: analyzeStatic(files, folder, say), code: null };
    case "dockerfile": {
      const name = manifest?.said.dockerfile ?? findDockerfile(files, folder);
      if (name === null || !files.has(joined(folder, name))) throw lacks(manifest, name ?? "Dockerfile");
      return withinDockerfile(files, folder, analyzeDockerfile(files, folder, name, say), say);
    }
    case "compose": {
      const compose = findCompose(files, folder);
      if (compose === null) throw lacks(manifest, "compose.yaml");
      return { findings: analyzeCompose(folder, compose.file, compose.data, say), code: null };
    }
  }
}

/** What a project needs is in its code, however that is built. */
function withinDockerfile(files: ProjectFiles, folder: string, findings: Findings, say: Say): Found {
  const pkg = nodePackage(files, folder);
  const code = scanCode(files, folder, pkg === null && !files.has(joined(folder, "package.json")) ? "python" : "node");
  const dependencies =
    pkg === null
      ? pythonPackages(files, folder, () => undefined).dependencies
      : new Map([...pkg.dependencies].map((name) => [name, pkg.file]));
  const needs = findNeeds(files, folder, dependencies, code, say);
  if (code.health === null) {
    say("probe", "Nothing answers whether it is well; that it listens is enough.", null);
    return { findings: { ...findings, ...needs }, code };
  }
  say("probe", `${code.health.path} answers whether it is well.`, code.health.file);
  return { findings: { ...findings, ...needs, probe: { kind: "http", path: code.health.path } }, code };
}

const lacks = (manifest: ReadManifest | null, name: string) =>
  invalidInput([
    {
      path: `${manifest?.file ?? "agentpod.yaml"}.${manifest?.said.dockerfile === undefined ? "type" : "dockerfile"}`,
      expected: `a kind that the project is: there is no ${name.slice(0, 100)}`,
    },
  ]);

/** The folder of the workspace that `folder` is a package of; null where it is none. */
function workspaceOf(files: ProjectFiles, folder: string): string | null {
  const parts = folder === "" ? [] : folder.split("/");
  for (let length = parts.length - 1; length >= 0; length--) {
    const above = parts.slice(0, length).join("/");
    const root = nodePackage(files, above);
    if (root && nodeWorkspace(files, root)?.members.some((member) => member.folder === folder)) return above;
  }
  return null;
}

function existing(files: ProjectFiles, folder: string, at: string): string {
  if (folder === "" || files.paths.some((path) => path.startsWith(`${folder}/`))) return folder;
  const folders = [
    ...new Set(
      files.paths.flatMap((path) =>
        path
          .split("/")
          .slice(0, -1)
          .map((_, i, parts) => parts.slice(0, i + 1).join("/")),
      ),
    ),
  ].slice(0, 1000);
  const close = nearest(folder.slice(0, 200), folders);
  throw invalidInput([{ path: at, expected: "a folder of this project", ...(close && { nearest: close }) }]);
}
