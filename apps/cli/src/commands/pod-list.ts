import type { PodSummary } from "@agentpod/core/api/pod-view";
import type { Cli } from "../cli.ts";
import { onEachEvent } from "../on-each-event.ts";
import { podTable } from "../pod-table.ts";

export interface Options {
  tenant?: string;
  watch?: boolean;
}

export async function run(cli: Cli, _args: string[], { tenant, watch }: Options): Promise<void> {
  const client = await cli.client();
  if (!watch) {
    const pods = await client.pods.list(tenant);
    cli.out.table(pods, podTable(pods), "There are no pods; create one: agentpod pod create <tenant>/web --template hello --wait");
    return;
  }
  let before = new Map<string, string>();
  await onEachEvent(cli, tenant === undefined ? {} : { tenant }, async () => {
    const pods = await client.pods.list(tenant);
    const now = new Map(pods.map((pod) => [pod.id, lineOf(pod)]));
    for (const pod of pods) if (before.get(pod.id) !== now.get(pod.id)) cli.out.line(pod, lineOf(pod));
    for (const [id, line] of before) if (!now.has(id)) cli.out.line({ id, phase: "gone" }, `${line.split("  ")[0]}  gone`);
    before = now;
  });
}

const lineOf = (pod: PodSummary) => `${pod.tenant}/${pod.name}  ${pod.phase}  ${pod.health}  ${pod.message}`;
