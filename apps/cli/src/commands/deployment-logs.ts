import { buildPodName } from "@agentpod/core/deployment";
import { followedLog } from "@agentpod/core/products/code/followed-log";
import type { Cli } from "../cli.ts";
import { findDeployment } from "../find-deployment.ts";
import { printable } from "../format-values.ts";

export async function run(cli: Cli, [application = ""]: string[], { number }: { number?: number }): Promise<void> {
  const client = await cli.client();
  const found = await findDeployment(client, application, number);
  const { tenant, name } = found;
  const { log } = await client.deployments.log(tenant, name, found.number);
  const lines = log.trimEnd() === "" ? [] : log.trimEnd().split("\n");
  const operation = found.state !== "running" || found.operation === null ? null : await client.operations.get(found.operation);
  const now = operation === null ? null : followedLog(operation.steps);
  // Nothing is kept before a step has ended: what is said meanwhile is a pod's log.
  if (now !== null) {
    const pod = now.of === "build" ? buildPodName(name) : name;
    for await (const { text } of client.pods.logs(tenant, pod, { since: now.since }, cli.signal)) lines.push(text);
  }
  cli.out.show({ log: lines.join("\n") }, lines.map(printable).join("\n"));
}
