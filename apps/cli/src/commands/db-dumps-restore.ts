import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { confirmName } from "../confirm-name.ts";
import { findDump } from "../find-dump.ts";
import { finishOperation } from "../finish-operation.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  into?: string;
  unit?: string;
  confirm?: string;
  wait: boolean;
}

export async function run(cli: Cli, [name = "", id]: string[], { into, unit, confirm, wait }: Options): Promise<void> {
  const dump = await findDump(cli, name, id);
  const to = parsePodName(into ?? name);
  if (to.tenant !== dump.tenant)
    throw new AppError("invalid", `a dump of tenant ${dump.tenant} can only be brought back into a pod of that tenant`);
  const question = `Replace all data of unit ${unit ?? dump.unit} of ${into ?? name} by that of ${dump.createdAt}?`;
  await confirmName(into ?? name, question, confirm, cli.signal);
  const { databases } = await cli.client();
  const begun = await databases.restoreDump(dump.tenant, dump.id, { pod: to.pod, ...(unit !== undefined && { unit }) });
  if (!wait) return cli.out.show(begun, `It is being brought back: agentpod operation watch ${begun.operation}`);
  await finishOperation(cli, begun.operation);
  cli.out.show(begun, `The data of ${into ?? name} is that of ${dump.createdAt}.`);
}
