import { join } from "node:path";
import { findPostmaster } from "@agentpod/db/embedded/postmaster";
import type { Home } from "@agentpod/host/home";
import { processFile, readLivingProcess } from "@agentpod/host/process-file";

const names = ["supervisor", "gateway", "terminals"];

/** Process ids of AgentPod on this machine, its embedded PostgreSQL included, as far as the home notes them; this process is always among them. */
export async function ownPids(home: Pick<Home, "run" | "postgres">): Promise<readonly number[]> {
  const postmaster = await findPostmaster(join(home.postgres, "data"));
  const noted = names.flatMap((name) => readLivingProcess(processFile(home.run, name))?.pid ?? []);
  return [process.pid, ...noted, ...(postmaster === null ? [] : [postmaster.identity.pid])];
}
