import type { UpdatePodRequest } from "@agentpod/core/api/pod-request";
import type { PodView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { describeWay } from "../describe-way.ts";
import { parsePodName } from "../pod-name.ts";
import { type DraftOptions, readDraft } from "../read-draft.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options extends DraftOptions {
  generation?: number;
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  const before = await client.pods.get(target.tenant, target.pod);
  const reference = options.template ?? (before.template === null ? undefined : `${before.template.name}@${before.template.version}`);
  const draft: UpdatePodRequest = await readDraft(client, target.tenant, options, reference, cli.out.progress);
  if (Object.keys(draft).length === 0) throw new AppError("invalid", "say what to change: --input, --template or --spec");
  if (options.generation !== undefined) draft.generation = options.generation;
  let pod: PodView | null = null as PodView | null;
  let applies: PodView["applies"];
  const update = async () => {
    pod = await client.pods.update(target.tenant, target.pod, draft);
    applies = pod.applies;
  };
  // A stopped pod takes the change and stays stopped.
  if (options.wait && before.desired === "running") {
    pod = await changeAndWait(client, target, update, isUp, {
      timeoutSeconds: options.timeout,
      signal: cli.signal,
      progress: cli.out.progress,
    });
  } else await update();
  if (pod !== null) cli.out.show({ ...pod, applies }, [...describeWay(applies), describePod(pod)].join("\n"));
}
