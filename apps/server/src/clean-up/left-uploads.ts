import { readdir, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { UploadFact } from "@agentpod/core/clean-up-facts";
import type { Home } from "@agentpod/host/home";

type Where = Pick<Home, "root" | "artifacts">;

/** Parts of uploads: of artifacts that were not stored whole, and of sources that arrive bit by bit. */
export async function leftUploads({ root, artifacts }: Where): Promise<UploadFact[]> {
  const uploads = join(root, "sources", "uploads");
  const tenants = await readdir(uploads).catch(() => []);
  const found = await Promise.all([artifacts, ...tenants.map((tenant) => join(uploads, tenant))].map((folder) => partsIn(root, folder)));
  return found.flat();
}

/** Deletes one unless somebody went on with it since; false then. Succeeds on absence. */
export async function removeUpload({ root }: Where, path: string, unchangedSince: string): Promise<boolean> {
  const about = await stat(join(root, path)).catch(() => null);
  if (about !== null && about.mtimeMs > Date.parse(unchangedSince)) return false;
  await rm(join(root, path), { force: true });
  return true;
}

async function partsIn(root: string, folder: string): Promise<UploadFact[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".part"));
  const found = await Promise.all(
    names.map(async (name) => {
      const about = await stat(join(folder, name)).catch(() => null);
      // Rounded up: what was written within the same millisecond is not newer.
      return (
        about && {
          path: relative(root, join(folder, name)),
          bytes: about.size,
          writtenAt: new Date(Math.ceil(about.mtimeMs)).toISOString(),
        }
      );
    }),
  );
  return found.filter((one) => one !== null);
}
