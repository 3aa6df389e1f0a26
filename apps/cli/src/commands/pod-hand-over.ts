import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

/** Makes a link; an earlier one of the pod ends. */
export async function run(cli: Cli, [name = ""]: string[], { hours }: { hours?: number }): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const made = await (await cli.client()).handOver.create(tenant, pod, hours === undefined ? {} : { hours });
  cli.out.show(made, `${made.link}\nIt opens the agent once, until ${made.expiresAt}.`);
}
