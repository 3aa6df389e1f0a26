import type { Client } from "@agentpod/client/create-client";
import type { CreatePodRequest } from "@agentpod/core/api/pod-request";
import type { PodView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import { gatewayUnit } from "@agentpod/core/products/agents/gateway-unit";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { type DraftOptions, readDraft } from "../read-draft.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options extends DraftOptions {
  package?: string;
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  const template = await templateOf(client, target.tenant, options);
  const request: CreatePodRequest = {
    name: target.pod,
    ...(await readDraft(client, target.tenant, { ...options, ...template }, template.template, cli.out.progress)),
  };
  let pod: PodView | null = null;
  const create = async () => {
    pod = await client.pods.create(target.tenant, request);
  };
  if (options.wait) {
    pod = await changeAndWait(client, target, create, isUp, {
      timeoutSeconds: options.timeout,
      signal: cli.signal,
      progress: cli.out.progress,
    });
  } else await create();
  if (pod === null) return;
  // Who waits for an agent wants to give it to somebody.
  const handOver = options.wait && gatewayUnit(pod.spec) !== null ? await client.handOver.create(target.tenant, target.pod) : null;
  const words = handOver === null ? "" : `\n\nHand it over with this link, which works once:\n  ${handOver.link}`;
  cli.out.show(handOver === null ? pod : { ...pod, handOver }, `${describePod(pod)}${words}`);
}

/** A package is a template, and its name is looked up as one first, so that what is near is said. */
async function templateOf(client: Client, tenant: string, { template, package: named }: Options): Promise<{ template?: string }> {
  if (named === undefined) return template === undefined ? {} : { template };
  if (template !== undefined) throw new AppError("invalid", "give a template or an agent package, not both");
  const [name = "", version] = named.split("@");
  await client.agents.packages.get(name, { tenant, ...(version === undefined ? {} : { version: Number(version) }) });
  return { template: named };
}
