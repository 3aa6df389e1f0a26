import { posix } from "node:path";
import type { PodFileEntry, PodFileRoot, PodFolderView } from "@agentpod/core/api/pod-file-view";
import { filePlace, fileRoots } from "@agentpod/core/file-roots";
import type { Pod } from "@agentpod/core/pod";
import type { FilePlace, FileRoot, Runtime, UnitId } from "@agentpod/core/runtime";
import { runningUnit } from "../routes/running-unit.ts";

/** What a client says of a file: an absolute path in a unit, the pod's first unless named. */
export interface AskedFile {
  unit?: string | undefined;
  path: string;
}

export interface FoundFile {
  id: UnitId;
  place: FilePlace;
  /** The folder that it lies in; null for a root, which lies in none. */
  parent: FilePlace | null;
  name: string;
}

const shown = (unit: string, root: FileRoot): PodFileRoot => ({
  unit,
  path: root.path,
  kind: root.kind,
  volume: root.kind === "volume" ? root.volume.volume : null,
});

/** Where the files of all units begin. */
export const foldersOf = (pod: Pod): PodFileRoot[] =>
  pod.spec.units.flatMap((unit) => fileRoots(pod, unit).map((root) => shown(unit.name, root)));

/** Throws `not_found` for an unknown unit and for a path below none of its folders, `conflict` while the unit does not run. */
export function findFile(pod: Pod, asked: AskedFile): FoundFile {
  const { name, revision } = runningUnit(pod, asked.unit);
  const spec = pod.spec.units.find((unit) => unit.name === name);
  const place = filePlace(spec === undefined ? [] : fileRoots(pod, spec), asked.path);
  const isRoot = place.path === "";
  const above = posix.dirname(place.path);
  return {
    id: { pod: pod.id, unit: name, revision },
    place,
    parent: isRoot ? null : { root: place.root, path: above === "." ? "" : above },
    name: posix.basename(asked.path),
  };
}

const inOrder = (a: PodFileEntry, b: PodFileEntry): number =>
  Number(b.kind === "folder") - Number(a.kind === "folder") || (a.name < b.name ? -1 : 1);

export async function listFolder(runtime: Pick<Runtime, "listFiles">, pod: Pod, asked: AskedFile): Promise<PodFolderView> {
  const { id, place } = findFile(pod, asked);
  const { entries, isWhole } = await runtime.listFiles(id, place);
  return { unit: id.unit, root: shown(id.unit, place.root), path: asked.path, entries: entries.toSorted(inOrder), isWhole };
}
