import { invalidInput } from "./draft-issues.ts";
import type { Issue } from "./errors.ts";

/** A folder beside a template or spec file that one of its units is made of. */
export interface NeededFolder {
  /** Relative, with `/`, below the file's own folder. */
  folder: string;
  /** Where it is named, e.g. `spec.units[0].code.folder`. */
  path: string;
}

/** The folders that a raw spec names by `code.folder` or `build.folder`. Throws `invalid` for one that leads outside. */
export function neededFolders(spec: unknown): NeededFolder[] {
  const found: NeededFolder[] = [];
  const issues: Issue[] = [];
  mapFolders(spec, (folder, path) => {
    if (isConfined(folder)) found.push({ folder, path });
    else issues.push({ path, expected: "a relative folder below this file, without .." });
    return "";
  });
  if (issues.length > 0) throw invalidInput(issues);
  return found;
}

/** The spec with each `folder` replaced by the `artifact` it was packed to (folder → digest). Throws `invalid` for one not packed. */
export function withArtifacts<T>(spec: T, digests: Readonly<Record<string, string>>): T {
  const issues: Issue[] = [];
  const packed = mapFolders(spec, (folder, path) => {
    const digest = Object.hasOwn(digests, folder) ? digests[folder] : undefined;
    if (digest === undefined) issues.push({ path, expected: "a folder that was packed" });
    return digest ?? "";
  });
  if (issues.length > 0) throw invalidInput(issues);
  return packed as T;
}

function mapFolders(spec: unknown, digestOf: (folder: string, path: string) => string): unknown {
  if (!isRecord(spec) || !Array.isArray(spec.units)) return spec;
  const units = spec.units.map((unit: unknown, i) => {
    if (!isRecord(unit)) return unit;
    const changed = { ...unit };
    for (const kind of ["code", "build"]) {
      const part = unit[kind];
      if (!isRecord(part) || typeof part.folder !== "string") continue;
      const { folder, ...rest } = part;
      changed[kind] = { ...rest, artifact: digestOf(part.folder, `spec.units[${i}].${kind}.folder`) };
    }
    return changed;
  });
  return { ...spec, units };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isConfined(folder: string): boolean {
  return folder !== "" && !folder.startsWith("/") && !folder.includes("\0") && !folder.includes("\\") && !folder.split("/").includes("..");
}
