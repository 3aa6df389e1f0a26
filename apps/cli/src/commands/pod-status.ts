import type { Cli } from "../cli.ts";
import { describePod } from "../describe-pod.ts";
import { onEachEvent } from "../on-each-event.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[], { watch }: { watch?: boolean }): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  const look = () => client.pods.get(target.tenant, target.pod);
  if (!watch) {
    const pod = await look();
    cli.out.show(pod, describePod(pod));
    return;
  }
  let before = "";
  await onEachEvent(cli, target, async () => {
    const pod = await look();
    const text = describePod(pod);
    if (text !== before) cli.out.line(pod, `${before === "" ? "" : "\n"}${text}`);
    before = text;
  });
}
