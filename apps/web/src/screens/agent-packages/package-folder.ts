import { packageFolders } from "@agentpod/core/products/agents/agent-package";

/** What of a folder is a package. */
export interface PackageFolder<F> {
  /** `agent.yaml`; null where there is none. */
  manifest: F | null;
  /** Files of each folder, by their way below it; folders that are not there are left out. */
  folders: { name: (typeof packageFolders)[number]; files: F[] }[];
  /** Ways of files that are no part of a package. */
  others: string[];
}

/** Sorts the files of a folder that was chosen. The folder itself may be the first part of every way, or not be there. */
export function packageFolder<F extends { path: string }>(given: readonly F[]): PackageFolder<F> {
  const root = given.find(({ path }) => /^([^/]+\/)?agent\.yaml$/.test(path))?.path.replace(/agent\.yaml$/, "") ?? "";
  const files = given.map((file) => ({ ...file, path: file.path.startsWith(root) ? file.path.slice(root.length) : file.path }));
  const within = (folder: string): F[] =>
    files.filter(({ path }) => path.startsWith(`${folder}/`)).map((file) => ({ ...file, path: file.path.slice(folder.length + 1) }));
  return {
    manifest: files.find(({ path }) => path === "agent.yaml") ?? null,
    folders: packageFolders.map((name) => ({ name, files: within(name) })).filter((one) => one.files.length > 0),
    others: files
      .map(({ path }) => path)
      .filter((path) => path !== "agent.yaml" && !packageFolders.some((folder) => path.startsWith(`${folder}/`)))
      .sort(),
  };
}
