import { logAlertDefaults } from "@agentpod/core/alert";
import type { LogLevel } from "@agentpod/core/log-level";
import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
  pod?: string;
  threshold?: number;
  minutes?: number;
  text?: string;
  level?: LogLevel;
  within?: number;
  channel?: string[];
}

/** What is not named stays as it is; a pod, text or channel `""` stands for all. */
export async function run(cli: Cli, [name = ""]: string[], { tenant, pod, threshold, minutes, channel, ...log }: Options): Promise<void> {
  const { alerts } = await cli.client();
  const owner = tenant ?? null;
  const rule = (await alerts.rules(owner)).find((one) => one.name === name);
  const changed = await alerts.changeRule(owner, name, {
    pod: (pod ?? rule?.pod) || null,
    threshold: threshold ?? rule?.threshold ?? null,
    forSeconds: minutes === undefined ? (rule?.forSeconds ?? 0) : minutes * 60,
    text: (log.text ?? rule?.text) || null,
    level: log.level ?? rule?.level ?? null,
    withinMinutes: log.within ?? rule?.withinMinutes ?? logAlertDefaults.withinMinutes,
    channels: (channel ?? rule?.channels ?? []).filter((one) => one !== ""),
  });
  cli.out.show(changed, `Rule ${name} is changed; it tells ${changed.channels.join(", ") || "all channels"}.`);
}
