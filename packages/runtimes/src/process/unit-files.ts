import { spawn } from "node:child_process";
import { once } from "node:events";
import { realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@agentpod/core/errors";
import { confinedTar } from "../confined-tar.ts";
import { underCode } from "./body.ts";
import type { UnixUser } from "./pod-user.ts";

/** What of the file system is a unit's own. */
export interface UnitView {
  /** The first is where relative paths start. */
  roots: string[];
  code: { path: string; dir: string } | null;
}

/**
 * A path given by a client as a real one of the unit: below its code (by the container's path too), volumes, home or
 * tmp. `invalid` for `..` and for anywhere else, also by a link; `not_found` on absence.
 */
export async function unitPath(path: string, view: UnitView): Promise<string> {
  if (path.includes("\0") || path.split("/").includes(".."))
    throw new AppError("invalid", `${JSON.stringify(path)} must be a path without ".."`);
  const start = view.roots[0] ?? "/";
  const inCode = view.code && underCode(path, view.code.path, view.code.dir);
  const wanted = inCode ?? (path.startsWith("/") ? path : join(start, path));
  if (!view.roots.some((root) => isBelow(wanted, root))) throw outside(path, view);
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") throw new AppError("not_found", `${path} does not exist in the unit`);
    throw new AppError("invalid", `${path} cannot be followed: ${(error as Error).message}`, { cause: error });
  }
  const roots = await Promise.all(view.roots.map((root) => realpath(root).catch(() => root)));
  if (!roots.some((root) => isBelow(real, root))) throw outside(path, view);
  return real;
}

const isBelow = (path: string, root: string): boolean => path === root || path.startsWith(root + sep);

function outside(path: string, view: UnitView): AppError {
  const own = [...(view.code ? [view.code.path] : []), ...view.roots].join(", ");
  return new AppError("invalid", `${path} is not the unit's own: what can be read and written lies below ${own}`);
}

/** Environment of the tools below; nothing of ours, nothing of the pod's. */
const toolEnv = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/**
 * Reads with the pod's own rights: a link swapped meanwhile shows no more than the pod could see. What lies above one of the
 * unit's folders is AgentPod's, where the pod may not look: such a folder is read from within, its entries begin with `./`.
 */
export function packPath(path: string, view: UnitView, user: UnixUser | null): Readable {
  const [from, name] = view.roots.includes(path) ? [path, "."] : [dirname(path), basename(path)];
  const child = spawn("tar", ["-c", "-f", "-", "-C", from, "--", name], {
    cwd: "/",
    env: toolEnv,
    ...(user ?? {}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = lastWords(child.stderr);
  const out = child.stdout;
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    // 1: a file changed while it was read, which is what reading under a running program means.
    child.on("close", (code) =>
      code === 0 || code === 1 ? resolve() : reject(new AppError("invalid", `${path} cannot be read: ${said()}`)),
    );
  });
  return Readable.from(
    (async function* () {
      try {
        for await (const chunk of out) yield chunk;
        await ended;
      } finally {
        child.kill("SIGKILL");
        ended.catch(() => {});
      }
    })(),
    { objectMode: false },
  );
}

/** Unpacks with the pod's own rights into an existing folder; `invalid` for entries that lead outside it. */
export async function unpackInto(folder: string, tar: Readable, user: UnixUser | null, links?: "inside" | "any"): Promise<void> {
  const child = spawn("tar", ["-x", "-p", "--no-same-owner", "-f", "-", "-C", folder], {
    cwd: "/",
    env: toolEnv,
    ...(user ?? {}),
    stdio: ["pipe", "ignore", "pipe"],
  });
  const said = lastWords(child.stderr);
  const closed = once(child, "close") as Promise<[number | null]>;
  closed.catch(() => {});
  try {
    await pipeline(
      confinedTar(tar, (name) => leadsOut(folder, name), links),
      child.stdin,
    );
  } catch (error) {
    // The unpacker's own complaint says more than a broken pipe.
    if (!(error instanceof AppError) && (error as NodeJS.ErrnoException).code === "EPIPE") {
      await closed;
      throw unpackError(said(), error);
    }
    child.kill("SIGKILL");
    await closed;
    throw error;
  }
  const [code] = await closed;
  if (code !== 0) throw unpackError(said());
}

/** What the unpacker said; that a file came out short is how it tells of a full disk first. */
function unpackError(said: string, cause?: unknown): AppError {
  return /No space left on device|quota exceeded|Wrote only \d+ of \d+ bytes/i.test(said)
    ? new AppError("unavailable", "The disk is full: the files could not be unpacked. Free some space.", { cause: cause ?? said })
    : new AppError("invalid", `the archive cannot be unpacked: ${said}`, { cause });
}

/** True when the folder an entry would be written to is reached by a link that leaves `folder`. */
async function leadsOut(folder: string, name: string): Promise<boolean> {
  for (let at = dirname(name); at !== "."; at = dirname(at)) {
    try {
      return !isBelow(await realpath(join(folder, at)), folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return true;
    }
  }
  return false;
}

function lastWords(stream: Readable): () => string {
  let said = "";
  stream.on("data", (chunk) => {
    said = (said + String(chunk)).slice(-2000);
  });
  return () => said.trim().split("\n")[0] ?? "";
}
