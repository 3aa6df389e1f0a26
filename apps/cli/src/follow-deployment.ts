import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@agentpod/client/create-client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { buildPodName } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import { followedLog } from "@agentpod/core/products/code/followed-log";
import type { Cli } from "./cli.ts";
import { describeDeployment, describeFailure } from "./describe-deployment.ts";
import { describeStep } from "./describe-operation.ts";
import { printable } from "./format-values.ts";
import { requireSuccess, watchOperation } from "./watch-operation.ts";

const mostTries = 60;
const againMs = 2000;

/** Follows a deployment to its end: its steps and what its build and the application say at a terminal, then what came of it; throws where it did not succeed. */
export async function followDeployment(cli: Cli, { tenant, name, number }: DeploymentSummary, operation: string): Promise<void> {
  const client = await cli.client();
  const told = new Set<string>();
  let followed = "";
  let following = new AbortController();
  const tell = ({ steps }: OperationView): void => {
    for (const line of steps.map(describeStep).filter((one) => !told.has(one))) {
      told.add(line);
      cli.out.progress(line);
    }
    const found = followedLog(steps);
    const next = found === null ? "" : `${found.of} ${found.since}`;
    if (next === followed) return;
    followed = next;
    following.abort();
    following = new AbortController();
    if (found !== null)
      void followLog(cli, client, tenant, found.of === "build" ? buildPodName(name) : name, found.since, following.signal);
  };
  const ended = await watchPatiently(() => watchOperation(client, operation, cli.signal, tell), cli.signal).finally(() =>
    following.abort(),
  );
  const view = await client.deployments.get(tenant, name, number);
  const log = ended.state === "succeeded" ? null : await client.deployments.log(tenant, name, number).catch(() => null);
  cli.out.show(view, [describeDeployment(view), ...describeFailure(log)].join("\n"));
  requireSuccess(ended);
}

/** A server that is started anew, or has too much to do, is asked again: the deployment goes on meanwhile. */
async function watchPatiently<T>(watch: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let left = mostTries; ; left--) {
    try {
      return await watch();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "unavailable" || signal.aborted || left === 0) throw error;
      await delay(againMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** What a build, or the application, says meanwhile. That it cannot be had is no failure of the deployment. */
async function followLog(cli: Cli, client: Client, tenant: string, pod: string, since: string, signal: AbortSignal): Promise<void> {
  try {
    for await (const line of client.pods.logs(tenant, pod, { follow: true, since }, AbortSignal.any([signal, cli.signal])))
      cli.out.progress(`    ${printable(line.text)}`);
  } catch {
    // The kept log has it.
  }
}
