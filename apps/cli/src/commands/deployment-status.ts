import type { Cli } from "../cli.ts";
import { describeDeployment, describeFailure } from "../describe-deployment.ts";
import { describeStep } from "../describe-operation.ts";
import { findDeployment } from "../find-deployment.ts";

export async function run(cli: Cli, [application = ""]: string[], { number }: { number?: number }): Promise<void> {
  const client = await cli.client();
  const found = await findDeployment(client, application, number);
  const view = await client.deployments.get(found.tenant, found.name, found.number);
  // Operations are forgotten after a while.
  const operation = found.operation === null ? null : await client.operations.get(found.operation).catch(() => null);
  const steps = operation?.steps ?? [];
  const hasFailed = view.state === "failed" || view.state === "cancelled";
  const log = hasFailed ? await client.deployments.log(view.tenant, view.name, view.number).catch(() => null) : null;
  const lines = [
    describeDeployment(view),
    ...(steps.length > 0 ? ["steps", ...steps.map((step) => `  ${describeStep(step)}`)] : []),
    ...describeFailure(log),
  ];
  cli.out.show({ ...view, steps }, lines.join("\n"));
}
