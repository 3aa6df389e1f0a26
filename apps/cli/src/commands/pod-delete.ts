import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isGone } from "../wait-for-pod.ts";

export interface Options {
  keepData?: boolean;
  deleteData?: boolean;
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], { keepData, deleteData, wait, timeout }: Options): Promise<void> {
  if (keepData && deleteData) throw new AppError("invalid", "say --keep-data or --delete-data, not both");
  const target = parsePodName(name);
  const client = await cli.client();
  await cli.confirm(`Delete pod ${name}${keepData ? "" : " and its data"}?`);
  const remove = () => client.pods.delete(target.tenant, target.pod, keepData ?? (deleteData ? false : undefined));
  if (wait) {
    await changeAndWait(client, target, remove, isGone, { timeoutSeconds: timeout, signal: cli.signal, progress: cli.out.progress });
    cli.out.show({ ...target, deleted: true }, `Pod ${name} is gone.`);
  } else cli.out.show(await remove(), `Pod ${name} is being deleted.`);
}
