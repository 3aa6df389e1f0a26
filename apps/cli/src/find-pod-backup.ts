import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "./cli.ts";
import { parsePodName } from "./pod-name.ts";

/** The backup of a pod whose id begins so; without an id its newest whole one. Throws `not_found`, and `invalid` where several do. */
export async function findPodBackup(cli: Cli, name: string, id: string | undefined): Promise<PodBackupView> {
  const { tenant, pod } = parsePodName(name);
  const all = await (await cli.client()).podBackups.list(tenant, pod);
  const found = id === undefined ? all.filter(({ state }) => state === "ready").slice(0, 1) : all.filter((one) => one.id.startsWith(id));
  const [backup] = found;
  if (backup === undefined)
    throw new AppError(
      "not_found",
      id === undefined ? `there is no backup of ${name} yet; agentpod pod backup create ${name}` : `there is no backup ${id} of ${name}`,
    );
  if (found.length > 1) throw new AppError("invalid", `${found.length} backups of ${name} begin with ${id}; give more of its id`);
  return backup;
}
