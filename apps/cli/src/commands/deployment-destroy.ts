import type { Cli } from "../cli.ts";
import { describeOperation } from "../describe-operation.ts";
import { followOperation } from "../follow-operation.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = ""]: string[], { wait }: { wait: boolean }): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  await cli.confirm(`Take ${tenant}/${name} away with its databases and all their data?`);
  const operation = await (await cli.client()).deployments.destroy(tenant, name);
  if (wait) await followOperation(cli, operation.id);
  else cli.out.show(operation, describeOperation(operation));
}
