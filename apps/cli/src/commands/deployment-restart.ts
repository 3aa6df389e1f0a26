import type { PodView } from "@agentpod/core/api/pod-view";
import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isUp } from "../wait-for-pod.ts";

export async function run(cli: Cli, [application = ""]: string[], { wait, timeout }: { wait: boolean; timeout: number }): Promise<void> {
  const target = parsePodName(application);
  const client = await cli.client();
  let pod: PodView | null = null;
  const change = async () => {
    pod = await client.deployments.restart(target.tenant, target.pod);
  };
  if (wait)
    pod = await changeAndWait(client, target, change, isUp, {
      timeoutSeconds: timeout,
      signal: cli.signal,
      progress: cli.out.progress,
    });
  else await change();
  if (pod !== null) cli.out.show(pod, describePod(pod));
}
