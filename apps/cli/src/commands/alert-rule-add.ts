import type { AddAlertRuleRequest } from "@agentpod/core/api/alert-view";
import type { LogLevel } from "@agentpod/core/log-level";
import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
  kind: AddAlertRuleRequest["kind"];
  pod?: string;
  threshold?: number;
  minutes?: number;
  text?: string;
  level?: LogLevel;
  within?: number;
  channel?: string[];
}

export async function run(
  cli: Cli,
  [name = ""]: string[],
  { tenant, kind, pod, threshold, minutes, channel, ...log }: Options,
): Promise<void> {
  const rule = await (await cli.client()).alerts.addRule(tenant ?? null, {
    name,
    kind,
    pod: pod ?? null,
    threshold: threshold ?? null,
    forSeconds: (minutes ?? 0) * 60,
    text: log.text ?? null,
    level: log.level ?? null,
    ...(log.within === undefined ? {} : { withinMinutes: log.within }),
    channels: channel ?? [],
  });
  cli.out.show(rule, `Rule ${rule.name} tells ${rule.channels.length === 0 ? "all channels" : rule.channels.join(", ")}.`);
}
