import { join } from "node:path";
import type { Client } from "@agentpod/client/create-client";
import { neededFolders, withArtifacts } from "@agentpod/core/template-pack";
import { packFolder } from "@agentpod/host/pack-folder";

/** The spec with the folders that it names (`code.folder`, `build.folder`, relative to `base`) packed, uploaded and replaced by their digests. */
export async function uploadFolders<T>(
  client: Client,
  spec: T,
  base: string,
  tenant: string | undefined,
  progress: (line: string) => void,
): Promise<T> {
  const digests: Record<string, string> = {};
  for (const { folder } of neededFolders(spec)) {
    if (folder in digests) continue;
    const packed = await packFolder(join(base, folder));
    progress(`uploading ${folder} (${packed.tar.length} bytes)`);
    digests[folder] = (await client.artifacts.upload(packed.tar, tenant)).digest;
  }
  return withArtifacts(spec, digests);
}
