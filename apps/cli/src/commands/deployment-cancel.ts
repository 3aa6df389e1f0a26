import type { Cli } from "../cli.ts";
import { describeOperation } from "../describe-operation.ts";
import { findDeployment } from "../find-deployment.ts";

export async function run(cli: Cli, [application = ""]: string[], { number }: { number?: number }): Promise<void> {
  const client = await cli.client();
  const { tenant, name, number: of } = await findDeployment(client, application, number);
  const operation = await client.deployments.cancel(tenant, name, of);
  cli.out.show(operation, describeOperation(operation));
}
