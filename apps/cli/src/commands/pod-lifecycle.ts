import type { Cli, CommandModule } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { parsePodName } from "../pod-name.ts";
import { changeAndWait, isAsleep, isStopped, isUp } from "../wait-for-pod.ts";

export interface Options {
  wait?: boolean;
  timeout: number;
}

/** start, stop, sleep and restart differ in the call and in what is waited for. */
export function lifecycle(word: "start" | "stop" | "sleep" | "restart"): CommandModule<Options> {
  return {
    async run(cli: Cli, [name = ""]: string[], options: Options) {
      const target = parsePodName(name);
      const client = await cli.client();
      let pod = null;
      const change = async () => {
        pod = await client.pods[word](target.tenant, target.pod);
      };
      if (options.wait) {
        const goal = word === "stop" ? isStopped : word === "sleep" ? isAsleep : isUp;
        pod = await changeAndWait(client, target, change, goal, {
          timeoutSeconds: options.timeout,
          signal: cli.signal,
          progress: cli.out.progress,
        });
      } else await change();
      if (pod !== null) cli.out.show(pod, describePod(pod));
    },
  };
}
