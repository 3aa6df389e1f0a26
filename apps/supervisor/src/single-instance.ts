import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Home } from "@agentpod/host/home";
import { readLivingProcess, removeProcessFile, writeProcessFile } from "@agentpod/host/process-file";

/** Notes us as the one supervisor of this home; throws `conflict` while another lives. Gives the way to let go. */
export function beOnlyInstance(home: Home): () => void {
  const file = join(home.run, "supervisor.json");
  const other = readLivingProcess(file);
  if (other)
    throw new AppError(
      "conflict",
      `AgentPod is already running on ${home.root} (pid ${other.pid}); stop it first, or set another AGENTPOD_HOME.`,
    );
  writeProcessFile(file, process.pid);
  return () => removeProcessFile(file);
}
