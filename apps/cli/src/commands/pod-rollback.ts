import type { PodView } from "@agentpod/core/api/pod-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { describeWay } from "../describe-way.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options {
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = "", generation = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  if (!/^[1-9]\d{0,8}$/.test(generation)) throw new AppError("invalid", "the generation is a number, as agentpod pod revisions lists it");
  const client = await cli.client();
  let pod: PodView | null = null as PodView | null;
  let applies: PodView["applies"];
  const change = async () => {
    pod = await client.pods.rollback(target.tenant, target.pod, Number(generation));
    applies = pod.applies;
  };
  if (options.wait) {
    pod = await changeAndWait(client, target, change, isUp, {
      timeoutSeconds: options.timeout,
      signal: cli.signal,
      progress: cli.out.progress,
    });
  } else await change();
  if (pod !== null) cli.out.show({ ...pod, applies }, [...describeWay(applies), describePod(pod)].join("\n"));
}
