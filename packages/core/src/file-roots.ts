import { AppError } from "./errors.ts";
import type { Pod } from "./pod.ts";
import type { UnitSpec } from "./pod-spec.ts";
import type { FilePlace, FileRoot } from "./runtime.ts";
import { volumeIdOf } from "./volume-copy.ts";

/** Where a unit's files begin: its volumes, its code, and its working directory where that is neither. */
export function fileRoots(
  pod: Pick<Pod, "id" | "held" | "volumeCopies">,
  unit: Pick<UnitSpec, "name" | "volumes" | "code" | "workdir">,
): FileRoot[] {
  const roots: FileRoot[] = unit.volumes.map(({ name, path }) => ({
    kind: "volume",
    volume: volumeIdOf(pod, unit.name, name, null),
    path: plain(path),
  }));
  if (unit.code !== undefined) roots.push({ kind: "code", path: plain(unit.code.path) });
  const workdir = unit.workdir === undefined ? null : plain(unit.workdir);
  if (workdir !== null && workdir !== "/" && !roots.some(({ path }) => below(workdir, path) !== null))
    roots.push({ kind: "workdir", path: workdir });
  return roots;
}

/** The place that an absolute path names; the innermost root that holds it counts. Throws `not_found` for a path below none. */
export function filePlace(roots: readonly FileRoot[], path: string): FilePlace {
  const holders = roots.filter((root) => below(path, root.path) !== null);
  const [root] = holders.toSorted((a, b) => b.path.length - a.path.length);
  if (root === undefined) {
    const known = roots.map((one) => one.path).join(", ");
    throw new AppError("not_found", `${path} lies below none of the unit's folders (${known === "" ? "it has none" : known})`);
  }
  return { root, path: below(path, root.path) ?? "" };
}

const plain = (path: string): string => path.replaceAll(/\/+/g, "/").replace(/(.)\/$/, "$1");

/** The way from `root` to `path`; null where it lies elsewhere. */
function below(path: string, root: string): string | null {
  if (path === root) return "";
  const inside = root === "/" ? "/" : `${root}/`;
  return path.startsWith(inside) ? path.slice(inside.length) : null;
}
