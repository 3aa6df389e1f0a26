import { posix } from "node:path";
import { Readable } from "node:stream";
import type { UnitRun } from "@agentpod/core/runtime";
import { pack } from "tar-stream";
import { caFolder } from "./build-context.ts";
import { codeTar, type Owner } from "./code-tar.ts";
import type { Engine } from "./engine.ts";
import { isNoContainer, isStatus } from "./engine-error.ts";

export interface FillOptions {
  openArtifact: (digest: string) => Promise<Readable>;
  ca: string | null;
  /** Who the code belongs to. */
  owner: Owner;
}

/** Folders of a container that are filled before its first start. */
export function filledFolders(run: UnitRun, ca: string | null): string[] {
  return [...(run.code ? [run.code.path] : []), ...(ca === null ? [] : [caFolder])];
}

/** Puts code and CA into a container that was created and never started. Again: the same content. */
export async function fillContainer(engine: Engine, container: string, run: UnitRun, options: FillOptions): Promise<void> {
  if (options.ca !== null) {
    const tar = pack();
    const at = await place(engine, container, caFolder, run.readOnlyRoot);
    tar.entry({ name: posix.join(at.prefix, "extra-ca.pem"), mode: 0o644 }, options.ca);
    tar.finalize();
    await put(engine, container, at.folder, Readable.from(tar));
  }
  if (run.code) {
    const at = await place(engine, container, run.code.path, run.readOnlyRoot);
    await put(engine, container, at.folder, codeTar(await options.openArtifact(run.code.artifact), at.prefix, options.owner));
  }
}

/**
 * Where to unpack so that a path comes to be: the deepest folder that is there, and the rest of the path. Folders that
 * are there must not be in the archive, or the engine would give them its modes. With a read-only root the path itself
 * is a volume, the only place that can be written to.
 */
async function place(engine: Engine, container: string, path: string, isVolume: boolean): Promise<{ folder: string; prefix: string }> {
  const whole = posix.normalize(path);
  if (isVolume) return { folder: whole, prefix: "" };
  let folder = posix.dirname(whole);
  while (folder !== "/" && !(await exists(engine, container, folder))) folder = posix.dirname(folder);
  return { folder, prefix: posix.relative(folder, whole) };
}

async function exists(engine: Engine, container: string, path: string): Promise<boolean> {
  try {
    await engine.call("HEAD", `/containers/${container}/archive`, { query: { path } });
    return true;
  } catch (error) {
    if (isStatus(error, 404) && !isNoContainer(error)) return false;
    throw error;
  }
}

async function put(engine: Engine, container: string, path: string, tar: Readable): Promise<void> {
  await engine.call("PUT", `/containers/${container}/archive`, { query: { path }, tar, timeoutMs: 600_000 });
}
