import { AppError } from "@agentpod/core/errors";
import type { Home } from "./home.ts";
import { processFile, readLivingProcess, removeProcessFile, writeProcessFile } from "./process-file.ts";

/** Notes us as the one who works on this home (a supervisor, a restore); throws `conflict` while another lives. Gives the way to let go. */
export function beOnlyInstance(home: Home): () => void {
  const file = processFile(home.run, "supervisor");
  const other = readLivingProcess(file);
  if (other)
    throw new AppError(
      "conflict",
      `AgentPod is already running on ${home.root} (pid ${other.pid}); stop it first, or set another AGENTPOD_HOME.`,
    );
  writeProcessFile(file, process.pid);
  return () => removeProcessFile(file);
}
