import { posix } from "node:path";
import { belowFolder, movedTar } from "@agentpod/source/moved-tar";
import type { DeployDeps } from "./deploy-deps.ts";

type Artifacts = DeployDeps["artifacts"];
type Kept = { digest: string; bytes: number };

/** A folder of a source as an artifact of its own; the top itself stays what it is. */
export async function folderArtifact(artifacts: Artifacts, source: string, folder: string, tenantId: string): Promise<Kept> {
  return artifacts.put(movedTar([{ tar: await artifacts.open(source), place: belowFolder(folder) }]), tenantId);
}

/** What the static appliance runs: its own program, and the site in place of its example. `folder`: where the site is in `files`. */
export async function siteArtifact(
  artifacts: Artifacts,
  { program, files, folder }: { program: string; files: string; folder: string },
  tenantId: string,
): Promise<Kept> {
  const from = posix.normalize(folder).replace(/^\.\/?|\/$/g, "");
  const below = belowFolder(from);
  const tar = movedTar([
    { tar: await artifacts.open(program), place: (path) => (path.startsWith("site/") ? null : path) },
    {
      tar: await artifacts.open(files),
      place: (path) => {
        const inside = below(path);
        return inside === null || inside === "" ? null : `site/${inside}`;
      },
    },
  ]);
  return artifacts.put(tar, tenantId);
}
