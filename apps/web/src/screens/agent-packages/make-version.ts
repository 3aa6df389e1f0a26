import type { AgentPackageView, ApplyAgentPackageRequest } from "@agentpod/core/api/agent-package-view";
import { api } from "../../api/client.ts";
import { packTar } from "./pack-tar.ts";
import type { PackageFolder } from "./package-folder.ts";
import { type GivenFile, readAll } from "./read-folder.ts";
import { uploadArtifact } from "./upload-artifact.ts";

/** How far it is. `part` null: the folders are up, and the version is being made. */
export interface MakingVersion {
  part: string | null;
  sent: number;
  bytes: number;
}

/** As the command line does it: each folder is packed and uploaded, then the version is made of what `agent.yaml` says. */
export async function makeVersion(
  given: unknown,
  { folders }: PackageFolder<GivenFile>,
  tenant: string,
  onProgress: (progress: MakingVersion) => void,
): Promise<AgentPackageView> {
  const files: NonNullable<ApplyAgentPackageRequest["files"]> = {};
  for (const { name, files: inside } of folders) {
    const tar = packTar(await readAll(inside));
    onProgress({ part: name, sent: 0, bytes: tar.size });
    const { digest } = await uploadArtifact(tar, tenant, (sent) => onProgress({ part: name, sent, bytes: tar.size }));
    files[name] = digest;
  }
  onProgress({ part: null, sent: 0, bytes: 0 });
  return api.agents.packages.apply({ package: given as ApplyAgentPackageRequest["package"], files }, tenant || undefined);
}
