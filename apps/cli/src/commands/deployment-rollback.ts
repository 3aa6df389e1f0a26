import type { Cli } from "../cli.ts";
import { describeDeployment } from "../describe-deployment.ts";
import { followDeployment } from "../follow-deployment.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = ""]: string[], { to, wait }: { to?: number; wait: boolean }): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const client = await cli.client();
  const { deployment, operation } = await client.deployments.rollBack(tenant, name, to === undefined ? {} : { number: to });
  if (wait) await followDeployment(cli, deployment, operation.id);
  else cli.out.show({ deployment, operation }, `${describeDeployment(deployment)}\nFollow it: agentpod operation watch ${operation.id}`);
}
