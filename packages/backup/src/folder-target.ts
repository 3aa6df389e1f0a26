import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { saveBackup, syncFolder } from "@agentpod/host/save-backup";
import { isTargetName, type Target } from "./target.ts";

/** A folder of this machine. It is made only where `make` says so: an empty place where a disk should be must not be filled. */
export function folderTarget(folder: string, make: boolean): Target {
  const pathOf = (name: string): string => {
    if (!isTargetName(name)) throw new AppError("internal", `${JSON.stringify(name)} is no name of a backup.`);
    return join(folder, name);
  };
  const requireFolder = async (): Promise<void> => {
    if (make) await mkdir(folder, { recursive: true, mode: 0o700 });
    const found = await stat(folder).catch(() => null);
    if (!found?.isDirectory())
      throw new AppError("unavailable", `The folder ${folder} is not there: mount its disk, or make the folder, then try again.`);
  };
  const target: Target = {
    async put(name, content) {
      const path = pathOf(name);
      try {
        await requireFolder();
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      } catch (error) {
        content.destroy();
        throw error;
      }
      return saveBackup(path, content);
    },
    async read(name) {
      await requireFolder();
      const handle = await open(pathOf(name)).catch((cause: NodeJS.ErrnoException) => {
        if (cause.code === "ENOENT") throw new AppError("not_found", `There is no ${name} in ${folder} any more.`, { cause });
        throw new AppError("unavailable", `${name} in ${folder} cannot be read (${cause.code}).`, { cause });
      });
      return createReadStream("", { fd: handle, highWaterMark: 1024 * 1024 });
    },
    async remove(name) {
      await requireFolder();
      const path = pathOf(name);
      await rm(path, { force: true });
      await syncFolder(dirname(path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      });
    },
    async test() {
      const name = `test-${randomUUID()}`;
      await target.put(name, Readable.from([Buffer.from("test")]));
      await target.remove(name);
    },
  };
  return target;
}
