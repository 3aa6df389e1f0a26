import type { Cli } from "../cli.ts";
import { describeDeployment } from "../describe-deployment.ts";
import { followDeployment } from "../follow-deployment.ts";
import { type EnvironmentOptions, parseEnvironment } from "../parse-environment.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = ""]: string[], options: EnvironmentOptions & { wait: boolean }): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const client = await cli.client();
  const { deployment, operation } = await client.deployments.redeploy(tenant, name, { environment: await parseEnvironment(options) });
  if (options.wait) await followDeployment(cli, deployment, operation.id);
  else cli.out.show({ deployment, operation }, `${describeDeployment(deployment)}\nFollow it: agentpod operation watch ${operation.id}`);
}
