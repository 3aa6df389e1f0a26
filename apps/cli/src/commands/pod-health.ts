import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { printHealth } from "../print-health.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const health = await (await cli.client()).pods.health(tenant, pod);
  printHealth(cli, health, [health]);
}
