import type { PodView } from "@agentpod/core/api/pod-view";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export async function run(cli: Cli, [name = ""]: string[], options: { wait?: boolean; timeout: number }): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  let pod: PodView | null = null;
  const rotate = async () => {
    pod = await client.podTokens.rotate(target.tenant, target.pod);
  };
  const wait = { timeoutSeconds: options.timeout, signal: cli.signal, progress: cli.out.progress };
  if (options.wait) pod = await changeAndWait(client, target, rotate, isUp, wait);
  else await rotate();
  if (pod !== null) cli.out.show(pod, describePod(pod));
}
