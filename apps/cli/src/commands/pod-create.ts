import type { CreatePodRequest } from "@agentpod/core/api/pod-request";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { type DraftOptions, readDraft } from "../read-draft.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export interface Options extends DraftOptions {
  wait?: boolean;
  timeout: number;
}

export async function run(cli: Cli, [name = ""]: string[], options: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  const request: CreatePodRequest = {
    name: target.pod,
    ...(await readDraft(client, target.tenant, options, options.template, cli.out.progress)),
  };
  let pod = null;
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
  if (pod !== null) cli.out.show(pod, describePod(pod));
}
