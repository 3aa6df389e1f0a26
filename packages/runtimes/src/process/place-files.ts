import { spawn } from "node:child_process";
import { lstat, realpath } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { FilePlace, FolderListing } from "@agentpod/core/runtime";
import { isAbsent, isLink, isNoFolder, listCommand, parseListing, partsOf } from "../file-listing.ts";
import { firstBytes } from "../first-bytes.ts";
import type { UnixUser } from "./pod-user.ts";

/** The real path of a place below its root's folder, once it is seen that no link lies on the way. */
export async function locatePlace(folder: string, place: FilePlace): Promise<{ path: string; isFolder: boolean }> {
  const steps = partsOf(place);
  let path = await realpath(folder).catch(() => {
    throw isAbsent(place.root.path);
  });
  let told = place.root.path;
  let isFolder = true;
  for (const step of steps) {
    told = join(told, step);
    path = join(path, step);
    const found = await lstat(path).catch(() => {
      throw isAbsent(told);
    });
    if (found.isSymbolicLink()) throw isLink(told);
    isFolder = found.isDirectory();
  }
  return { path, isFolder };
}

/** With the pod's own rights: a folder swapped for a link meanwhile shows no more than the pod could see. */
export async function listPlace(folder: string, place: FilePlace, user: UnixUser | null): Promise<FolderListing> {
  const { path, isFolder } = await locatePlace(folder, place);
  if (!isFolder) throw isNoFolder(join(place.root.path, place.path));
  const { code, out, said } = await runTool(listCommand(path), user);
  if (code !== 0 && out === "") throw new AppError("invalid", `${join(place.root.path, place.path)} cannot be read: ${said}`);
  return parseListing(out);
}

/** With the pod's own rights. */
export async function removePlace(folder: string, place: FilePlace, user: UnixUser | null): Promise<void> {
  const steps = partsOf(place);
  const name = steps.pop();
  if (name === undefined) throw new AppError("invalid", `${place.root.path} itself cannot be deleted`);
  const { path } = await locatePlace(folder, { ...place, path: steps.join("/") });
  const told = join(place.root.path, place.path);
  const target = join(path, name);
  await lstat(target).catch(() => {
    throw isAbsent(told);
  });
  const { code, said } = await runTool(["rm", "-rf", "--", target], user);
  if (code !== 0) throw new AppError("invalid", `${told} cannot be deleted: ${said.replaceAll(target, told)}`);
}

const toolEnv = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
/** Bytes of a listing's text: far more than the entries that are told need. */
const mostText = 4 * 1024 * 1024;

async function runTool([program = "", ...args]: string[], user: UnixUser | null): Promise<{ code: number; out: string; said: string }> {
  const child = spawn(program, args, { cwd: "/", env: toolEnv, ...(user ?? {}), stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", (error) => reject(new AppError("unavailable", `${program} could not be run: ${error.message}`, { cause: error })));
    child.on("close", (code) => resolve(code ?? 255));
  });
  const [code, out, said] = await Promise.all([ended, firstBytes(child.stdout, mostText), firstBytes(child.stderr, 4096)]);
  return { code, out, said: said.trim().split("\n")[0] ?? "" };
}
