import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
  pod?: string;
  threshold?: number;
  minutes?: number;
  channel?: string[];
}

/** What is not named stays as it is; a pod or channel `""` stands for all. */
export async function run(cli: Cli, [name = ""]: string[], { tenant, pod, threshold, minutes, channel }: Options): Promise<void> {
  const { alerts } = await cli.client();
  const owner = tenant ?? null;
  const rule = (await alerts.rules(owner)).find((one) => one.name === name);
  const changed = await alerts.changeRule(owner, name, {
    pod: (pod ?? rule?.pod) || null,
    threshold: threshold ?? rule?.threshold ?? null,
    forSeconds: minutes === undefined ? (rule?.forSeconds ?? 0) : minutes * 60,
    channels: (channel ?? rule?.channels ?? []).filter((one) => one !== ""),
  });
  cli.out.show(changed, `Rule ${name} is changed; it tells ${changed.channels.join(", ") || "all channels"}.`);
}
