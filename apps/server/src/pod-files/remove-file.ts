import type { Pod } from "@agentpod/core/pod";
import type { Runtime } from "@agentpod/core/runtime";
import { type AskedFile, findFile } from "./pod-folder.ts";

/** Deletes a file, a link or a whole folder; gives the unit's name. Throws `invalid` for the folders that the spec names. */
export async function removeFile(runtime: Pick<Runtime, "removeFiles">, pod: Pod, asked: AskedFile): Promise<string> {
  const { id, place } = findFile(pod, asked);
  await runtime.removeFiles(id, place);
  return id.unit;
}
