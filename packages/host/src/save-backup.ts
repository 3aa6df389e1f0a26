import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { link, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@agentpod/core/errors";
import { identify } from "./process-identity.ts";

/** `.agentpod-backup-<pid>-<start>-<random>.part`: by the process it is known whether somebody still writes. */
const partPattern = /^\.agentpod-backup-(\d+)-(.+)-[0-9a-f]{8}\.part$/;

/**
 * Writes a backup into a file that is whole as soon as it has its name: written aside, brought to the disk, then named. 0600.
 * Throws `conflict` where the name is taken, `unavailable` where the disk is full; a failure leaves nothing, and what a killed
 * process has left is removed. Gives the bytes written.
 */
export async function saveBackup(path: string, content: Readable): Promise<number> {
  const folder = dirname(path);
  await reapParts(folder);
  const unfinished = join(folder, `.agentpod-backup-${process.pid}-${startOf(process.pid)}-${randomBytes(4).toString("hex")}.part`);
  try {
    await pipeline(content, createWriteStream(unfinished, { mode: 0o600, flags: "wx", flush: true }));
    const { size } = await stat(unfinished);
    // A link fails where the name is taken; a rename would put ours in its place.
    await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EPERM" && error.code !== "ENOTSUP") throw error;
      return rename(unfinished, path);
    });
    await rm(unfinished, { force: true });
    await syncFolder(folder);
    return size;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw sentence(error, path);
  }
}

/** Removes what killed processes left unfinished in a folder. */
export async function reapParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid, start] = partPattern.exec(name) ?? [];
    if (pid !== undefined && startOf(Number(pid)) !== start) await rm(join(folder, name), { force: true });
  }
}

/** So that a name, or that it is gone, outlives a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const startOf = (pid: number): string => String(identify(pid)?.startedAt ?? "gone").replaceAll(/[^0-9A-Za-z]/g, "");

function sentence(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (["ENOSPC", "EDQUOT"].includes(code))
    return new AppError(
      "unavailable",
      `The disk of ${dirname(path)} is full: no backup was made. Free some space, or write it elsewhere.`,
      { cause: error },
    );
  if (code === "EFBIG")
    return new AppError("unavailable", `The backup is larger than files may be in ${dirname(path)}: write it elsewhere.`, { cause: error });
  if (code === "EEXIST") return new AppError("conflict", `${path} is there already: choose another name.`, { cause: error });
  if (["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR"].includes(code))
    return new AppError("invalid", `${path} cannot be written (${code}): choose a folder that is there and may be written to.`, {
      cause: error,
    });
  return error;
}
