import { posix } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { FileEntry, FilePlace, FolderListing } from "@agentpod/core/runtime";
import { isAbsent, isLink, isNoFolder, listCommand, mostEntries, parseListing, partsOf } from "../file-listing.ts";
import { runIn } from "./container-run.ts";
import type { Engine } from "./engine.ts";
import { isNoContainer, isStatus, toDriverError } from "./engine-error.ts";
import { tarEntries } from "./tar-entries.ts";

/** What the engine says of one path, without following it. The mode's bits are Go's. */
interface PathStat {
  mode: number;
}

const goFolder = 2 ** 31;
const goLink = 2 ** 27;
const has = (mode: number, bit: number): boolean => Math.floor(mode / bit) % 2 === 1;

/** Looks at every step of a place's way, as the engine sees it: that works in images without any program, too. */
export async function locateIn(engine: Engine, container: string, place: FilePlace): Promise<{ path: string; isFolder: boolean }> {
  const steps = partsOf(place);
  let path = place.root.path;
  let stat = await statOf(engine, container, path);
  // What the root itself is reached by is the image's affair.
  let isFolder = has(stat.mode, goFolder) || has(stat.mode, goLink);
  for (const step of steps) {
    if (!isFolder) throw isAbsent(posix.join(path, step));
    path = posix.join(path, step);
    stat = await statOf(engine, container, path);
    if (has(stat.mode, goLink)) throw isLink(path);
    isFolder = has(stat.mode, goFolder);
  }
  return { path, isFolder };
}

async function statOf(engine: Engine, container: string, path: string): Promise<PathStat> {
  try {
    const answer = await engine.stream("HEAD", `/containers/${container}/archive`, { query: { path } });
    answer.resume();
    const told = String(answer.headers["x-docker-container-path-stat"] ?? "");
    return JSON.parse(Buffer.from(told, "base64").toString("utf8")) as PathStat;
  } catch (error) {
    if (isStatus(error, 404) && !isNoContainer(error)) throw isAbsent(path);
    throw toDriverError(error, `${path} cannot be looked at`);
  }
}

/** Bytes of a listing's text: far more than the entries that are told need. */
const mostText = 4 * 1024 * 1024;

export async function listIn(engine: Engine, container: string, place: FilePlace): Promise<FolderListing> {
  const { path, isFolder } = await locateIn(engine, container, place);
  if (!isFolder) throw isNoFolder(path);
  const { code, out, said } = await runIn(engine, container, listCommand(path), mostText);
  // The image has no such program.
  if (code === 126 || code === 127) return listByArchive(engine, container, path);
  if (code !== 0 && out === "") throw new AppError("invalid", `${path} cannot be read: ${said}`);
  return parseListing(out);
}

/** How much of a folder's content is read to see its names, where the image has no program that tells them. */
const mostArchived = 256 * 1024 * 1024;

/** The engine gives whole folders alone, file after file. */
async function listByArchive(engine: Engine, container: string, path: string): Promise<FolderListing> {
  const entries = new Map<string, FileEntry>();
  const archive = await engine.stream("GET", `/containers/${container}/archive`, { query: { path } });
  let isWhole = true;
  let read = 0;
  archive.on("data", (chunk: Buffer) => {
    read += chunk.length;
  });
  try {
    for await (const entry of tarEntries(archive)) {
      const { name, type, size = 0, mtime, mode = 0 } = entry.header;
      entry.resume();
      const [, own = "", ...below] = name.split("/");
      if (own !== "" && below.join("") === "") {
        const kind = type === "directory" ? "folder" : type === "file" ? "file" : type === "symlink" ? "link" : "other";
        entries.set(own, { name: own, kind, bytes: size, modifiedAt: (mtime ?? new Date(0)).toISOString(), mode: mode & 0o7777 });
      }
      isWhole = entries.size < mostEntries && read < mostArchived;
      if (!isWhole) break;
    }
  } finally {
    archive.destroy();
  }
  return { entries: [...entries.values()], isWhole };
}

export async function removeIn(engine: Engine, container: string, place: FilePlace): Promise<void> {
  const path = await locateParent(engine, container, place);
  const { code, said } = await runIn(engine, container, ["rm", "-rf", "--", path], mostText);
  if (code === 0) return;
  if (code === 126 || code === 127) throw new AppError("invalid", `${path} cannot be deleted: the image of this unit has no program rm`);
  throw new AppError("invalid", `${path} cannot be deleted: ${said}`);
}

/** The path of what is to go, which may be a link; the way to it may hold none. */
async function locateParent(engine: Engine, container: string, place: FilePlace): Promise<string> {
  const steps = partsOf(place);
  const name = steps.pop();
  if (name === undefined) throw new AppError("invalid", `${place.root.path} itself cannot be deleted`);
  const { path, isFolder } = await locateIn(engine, container, { ...place, path: steps.join("/") });
  if (!isFolder) throw isAbsent(posix.join(path, name));
  await statOf(engine, container, posix.join(path, name));
  return posix.join(path, name);
}
