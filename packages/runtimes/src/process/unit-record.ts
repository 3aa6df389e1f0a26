import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { FileRoot, UnitId, UnitPort, UnitRun, VolumeId } from "@agentpod/core/runtime";
import { sandboxCommand, shownWith, workdirOf } from "./body.ts";
import type { ProcessContext } from "./context.ts";
import type { RunMembers } from "./end-run.ts";
import { findPod, type PodRecord } from "./pods.ts";
import type { RunRecord } from "./run-record.ts";
import { type UnitView, unitPath } from "./unit-files.ts";

/** `unit.json`: what is needed of an instance after its start. Holds no environment and no command line: secrets. */
export interface UnitRecord {
  ports: UnitPort[];
  volumes: VolumeId[];
  codePath: string | null;
  workdir: string;
  memoryMb: number;
  /** Folders of the programs it needs. */
  programs: string[];
  /** Hash of what of its environment may change while it runs, as of its last start. */
  live?: string;
}

export interface Unit {
  id: UnitId;
  dir: string;
  pod: PodRecord;
  record: UnitRecord;
}

export const exitPipe = (dir: string): string => join(dir, "exit.pipe");

export function unitRecordOf(context: ProcessContext, run: UnitRun, programs: string[]): UnitRecord {
  return {
    ports: run.ports,
    volumes: run.volumes.map((volume) => volume.id),
    codePath: run.code?.path ?? null,
    workdir: workdirOf(run, context.paths.code(run.id), context.paths.home(run.id.pod)),
    memoryMb: run.resources.memoryMb,
    programs,
    ...(run.live !== undefined && { live: run.live }),
  };
}

/** Null when there is no such instance in this installation. */
export function findUnit(context: ProcessContext, id: UnitId): Unit | null {
  const pod = findPod(context, id.pod);
  if (!pod) return null;
  const dir = context.paths.unit(id);
  try {
    return { id, dir, pod, record: JSON.parse(readFileSync(context.paths.unitRecord(id), "utf8")) as UnitRecord };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** The files a client may see and change through the unit. */
export function viewOf(context: ProcessContext, { id, record }: Unit): UnitView {
  const { paths } = context;
  const code = record.codePath === null ? null : { path: record.codePath, dir: paths.code(id) };
  const own = [paths.home(id.pod), paths.tmp(id.pod), ...record.volumes.map((volume) => paths.volume(volume))];
  return { roots: [...(code ? [code.dir] : []), ...own], code };
}

/** Where a root's files lie on this machine. Throws `not_found` for one that the unit has not. */
export async function rootFolder(context: ProcessContext, unit: Unit, root: FileRoot): Promise<string> {
  const { paths } = context;
  const { id, record } = unit;
  // The pod may have put a link in its place.
  if (root.kind === "workdir") return unitPath(record.workdir, viewOf(context, unit));
  if (root.kind === "code" && record.codePath !== null) return paths.code(id);
  if (root.kind === "volume") {
    const { pod, unit, volume } = root.volume;
    const own = record.volumes.find((one) => one.pod === pod && one.unit === unit && one.volume === volume);
    if (own !== undefined) return paths.volume(own);
  }
  throw new AppError("not_found", `unit ${id.unit} has no ${root.path}`);
}

/** What every program of the unit is started through: bubblewrap where it works. */
export function sandboxOf(context: ProcessContext, unit: Pick<Unit, "id" | "record">, cwd: string): string[] {
  if (!context.bwrap) return [];
  const { paths } = context;
  const pod = unit.id.pod;
  const hide = [...new Set([...context.hide, context.stateDir])];
  return sandboxCommand(context.bwrap, {
    hide,
    readable: [...unit.record.programs.map((folder) => shownWith(folder, hide)), paths.pod(pod)],
    writable: [
      paths.home(pod),
      paths.tmp(pod),
      ...unit.record.volumes.map((volume) => paths.volume(volume)),
      ...(unit.record.codePath === null ? [] : [paths.code(unit.id)]),
    ],
    tmp: paths.tmp(pod),
    cwd,
  });
}

/** Bars set-user-id programs, which would lead out of the pod's user. bubblewrap does so by itself. */
export function privilegesOf(context: ProcessContext): string[] {
  return context.bwrap || !context.setpriv ? [] : [context.setpriv, "--no-new-privs", "--"];
}

export function membersOf(context: ProcessContext, id: UnitId, pod: PodRecord, run: RunRecord): RunMembers {
  return {
    home: context.paths.home(id.pod),
    uid: pod.user?.uid ?? null,
    grouped: () => context.cgroups?.members(id, run.number) ?? [],
  };
}
