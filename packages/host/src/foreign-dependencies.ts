import { readFile, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { AppError } from "@agentpod/core/errors";

/** An installed package that is to be packed along. */
export interface ForeignDependency {
  /** Its folder on this machine. */
  from: string;
  /** Where it goes below the packed folder: `node_modules/pg`. */
  to: string;
}

interface Manifest {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

/**
 * What a folder's `package.json` depends on, and what that depends on in turn, when `node_modules` leads to it outside the
 * folder, as in a workspace; sorted. Nothing where packages lie in the folder itself or are not installed at all. Throws
 * `not_found` when some are installed and others are not.
 */
export async function foreignDependencies(folder: string): Promise<ForeignDependency[]> {
  const root = await realpath(folder);
  const names = Object.keys((await manifestOf(root))?.dependencies ?? {});
  const direct = await Promise.all(names.map((name) => realpath(join(root, "node_modules", name)).catch(() => null)));
  if (!direct.some((at) => at !== null && !at.startsWith(root + sep))) return [];
  const placed = new Map<string, string>();
  for (const name of names) await place(name, root, "", placed);
  return [...placed].map(([to, from]) => ({ from, to })).sort((a, b) => (a.to < b.to ? -1 : 1));
}

/** Puts a package at the top, or beside its user where another version is at the top already. */
async function place(name: string, from: string, user: string, placed: Map<string, string>): Promise<void> {
  const found = await findPackage(from, name);
  if (found === null) throw new AppError("not_found", `package ${name}, which ${from} depends on, is not installed; install it first`);
  const top = `node_modules/${name}`;
  if (placed.get(top) === found) return;
  const to = placed.has(top) ? `${user}/${top}` : top;
  if (placed.get(to) === found) return;
  placed.set(to, found);
  const manifest = await manifestOf(found);
  for (const needed of Object.keys(manifest?.dependencies ?? {})) {
    if (manifest?.optionalDependencies?.[needed] === undefined) await place(needed, found, to, placed);
  }
  for (const wished of Object.keys(manifest?.optionalDependencies ?? {})) {
    if ((await findPackage(found, wished)) !== null) await place(wished, found, to, placed);
  }
}

/** As Node looks for it: in `node_modules` here and upwards. */
async function findPackage(from: string, name: string): Promise<string | null> {
  for (let at = from; ; at = dirname(at)) {
    const found = await realpath(join(at, "node_modules", name)).catch(() => null);
    if (found !== null) return found;
    if (at === dirname(at)) return null;
  }
}

async function manifestOf(folder: string): Promise<Manifest | null> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
  try {
    return text === null ? null : (JSON.parse(text) as Manifest);
  } catch (cause) {
    throw new AppError("invalid", `${join(folder, "package.json")} is not valid JSON`, { cause });
  }
}
