import { chmod, chown, lstat, mkdir } from "node:fs/promises";
import { AppError } from "@agentpod/core/errors";
import type { Account } from "./account.ts";

/** Makes the folder of the socket, for the database's user alone; throws `conflict` where a stranger has put something in its place. */
export async function makeSocketFolder(path: string, account: Account): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  const found = await lstat(path);
  const own = process.getuid?.();
  if (!found.isDirectory() || (found.uid !== own && found.uid !== account?.uid)) {
    throw new AppError("conflict", `${path}, where the database's socket goes, belongs to someone else: remove it and start again.`);
  }
  if (account) await chown(path, account.uid, account.gid);
  await chmod(path, 0o700);
}
