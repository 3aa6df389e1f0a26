import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "@agentpod/core/errors";
import type { PodScope, VolumeId } from "@agentpod/core/runtime";
import type { ProcessContext } from "./context.ts";
import { sweepUser } from "./end-run.ts";
import { ensurePodUser, isPodUser, removePodUser, type UnixUser } from "./pod-user.ts";

const run = promisify(execFile);

/** `pod.json`: who a pod folder belongs to. */
export interface PodRecord {
  installation: string;
  tenant: string;
  name: string;
  /** Null: our own user. */
  user: UnixUser | null;
  /** Only volumes are left, kept on purpose. */
  removed: boolean;
}

/** Null when there is no such pod, or it is another installation's. */
export function findPod(context: ProcessContext, pod: string): PodRecord | null {
  try {
    const record = JSON.parse(readFileSync(context.paths.podRecord(pod), "utf8")) as PodRecord;
    return record.installation === context.installation ? record : null;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

/** Folder and user of a pod. Twice: no effect. */
export async function preparePod(context: ProcessContext, scope: PodScope): Promise<PodRecord> {
  const { paths } = context;
  const home = paths.home(scope.pod);
  if (existsSync(paths.podRecord(scope.pod)) && !findPod(context, scope.pod)) {
    throw new AppError("conflict", `the folder of pod ${scope.tenant}/${scope.name} belongs to another installation of AgentPod`);
  }
  if (context.root && scope.uid === null) throw new AppError("internal", `pod ${scope.tenant}/${scope.name} was given no user id`);
  const user = context.root && scope.uid !== null ? await ensurePodUser(scope.uid, home) : null;
  const before = findPod(context, scope.pod);
  makeShared(paths.pod(scope.pod), user);
  const record: PodRecord = { installation: context.installation, tenant: scope.tenant, name: scope.name, user, removed: false };
  // First, so that a crash leaves nothing that nobody knows.
  writeWhole(paths.podRecord(scope.pod), JSON.stringify(record));
  makeShared(paths.volumes(scope.pod), user);
  makeShared(paths.units(scope.pod), user);
  for (const path of [home, paths.tmp(scope.pod)]) {
    makeOwn(path, user);
    if (user && before?.user && before.user.uid !== user.uid) await giveAll(path, user);
  }
  return record;
}

/** Twice: no effect, data stays; it is handed to the pod's present user. */
export async function ensureVolume(context: ProcessContext, volume: VolumeId, scope: PodScope): Promise<void> {
  const { user } = await preparePod(context, scope);
  const path = context.paths.volume(volume);
  makeShared(dirname(path), user);
  makeOwn(path, user);
  if (user && statSync(path).uid !== user.uid) await giveAll(path, user);
}

export async function removeVolume(context: ProcessContext, volume: VolumeId): Promise<void> {
  const pod = findPod(context, volume.pod);
  const path = context.paths.volume(volume);
  if (!pod) return;
  await discard(context, path);
  removeEmpty(dirname(path));
  if (pod.removed && listVolumes(context, volume.pod).length === 0) await discard(context, context.paths.pod(volume.pod));
}

/** Ends what the pod's user still runs, and deletes folder and user; volumes stay. `conflict` while units are there. */
export async function removePod(context: ProcessContext, pod: string): Promise<void> {
  const record = findPod(context, pod);
  if (!record || record.removed) return;
  const { paths } = context;
  if (unitFolders(context, pod).some((id) => existsSync(paths.unitRecord(id)))) {
    throw new AppError("conflict", `pod ${record.tenant}/${record.name} still has units: remove them first`);
  }
  if (record.user) {
    if (isPodUser(record.user.uid, paths.home(pod))) await sweepUser(record.user.uid);
    await removePodUser(record.user.uid, paths.home(pod));
  }
  if (listVolumes(context, pod).length === 0) return discard(context, paths.pod(pod));
  for (const path of [paths.home(pod), paths.tmp(pod), paths.units(pod)]) await discard(context, path);
  // The freed user id will be another's.
  if (record.user) chownSync(paths.pod(pod), 0, 0);
  chmodSync(paths.pod(pod), 0o700);
  writeWhole(paths.podRecord(pod), JSON.stringify({ ...record, user: null, removed: true } satisfies PodRecord));
}

/** All pods of this installation, those of which only volumes are left too. */
export function listPods(context: ProcessContext): string[] {
  return readdirSync(context.stateDir).filter((name) => !name.startsWith(".") && findPod(context, name) !== null);
}

export function listVolumes(context: ProcessContext, pod: string): VolumeId[] {
  const root = context.paths.volumes(pod);
  return entries(root).flatMap((unit) => entries(join(root, unit)).map((volume) => ({ pod, unit, volume })));
}

/** Unit and revision of every folder that is an instance or was about to be one. */
export function unitFolders(context: ProcessContext, pod: string): { pod: string; unit: string; revision: string }[] {
  const root = context.paths.units(pod);
  return entries(root).flatMap((unit) => entries(join(root, unit)).map((revision) => ({ pod, unit, revision })));
}

/** Deletes a folder: out of sight at once, so that a crash leaves no half of it. Succeeds on absence. */
export async function discard(context: ProcessContext, path: string): Promise<void> {
  const aside = join(context.paths.trash, randomUUID());
  mkdirSync(context.paths.trash, { recursive: true, mode: 0o700 });
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isAbsent(error)) return;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

/** A folder AgentPod keeps and the pod's user can walk through. */
export function makeShared(path: string, user: UnixUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user) chownSync(path, 0, user.gid);
  chmodSync(path, user ? 0o710 : 0o700);
}

/** A folder of the pod's user; the owner of one that is there already stays. */
export function makeOwn(path: string, user: UnixUser | null): void {
  if (existsSync(path)) return;
  mkdirSync(path, { mode: 0o700 });
  if (user) chownSync(path, user.uid, user.gid);
}

/** The file appears whole or not at all; nobody else can read it. */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

export function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}

async function giveAll(path: string, user: UnixUser): Promise<void> {
  await run("chown", ["-R", "-h", "-P", `${user.uid}:${user.gid}`, "--", path], { env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" } });
}

function entries(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
