import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { findPodBackup } from "../find-pod-backup.ts";
import { finishOperation } from "../finish-operation.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  as?: string;
  wait: boolean;
}

export async function run(cli: Cli, [name = "", id]: string[], { as, wait }: Options): Promise<void> {
  const backup = await findPodBackup(cli, name, id);
  const other = as === undefined ? null : parsePodName(as);
  if (other !== null && other.tenant !== backup.tenant)
    throw new AppError("invalid", `a backup of tenant ${backup.tenant} can only become a pod of that tenant`);
  if (other === null) await cli.confirm(`Put the data of ${backup.createdAt} in place of what ${name} has now?`);
  const begun = await (await cli.client()).podBackups.restore(backup.tenant, backup.id, other === null ? {} : { as: other.pod });
  if (!wait) return cli.out.show(begun, `It is being brought back: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  cli.out.show(begun, `${backup.tenant}/${begun.pod} is up with the data of ${backup.createdAt}.`);
}
