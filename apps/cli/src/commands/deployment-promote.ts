import type { Cli } from "../cli.ts";
import { describeDeployment } from "../describe-deployment.ts";
import { followDeployment } from "../follow-deployment.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  from: string;
  number?: number;
  wait: boolean;
}

export async function run(cli: Cli, [application = ""]: string[], { from, number, wait }: Options): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const client = await cli.client();
  const { deployment, operation } = await client.deployments.promote(tenant, name, { from, ...(number !== undefined && { number }) });
  if (wait) await followDeployment(cli, deployment, operation.id);
  else cli.out.show({ deployment, operation }, `${describeDeployment(deployment)}\nFollow it: agentpod operation watch ${operation.id}`);
}
