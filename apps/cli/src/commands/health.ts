import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { printHealth } from "../print-health.ts";

/** Health of one pod, or of all that this token sees. */
export async function run(cli: Cli, [name]: string[]): Promise<void> {
  const client = await cli.client();
  if (name !== undefined) {
    const { tenant, pod } = parsePodName(name);
    const health = await client.pods.health(tenant, pod);
    printHealth(cli, health, [health]);
    return;
  }
  const pods = await client.pods.list();
  const all = pods.map(({ tenant, name: pod, phase, message, health, units }) => ({ tenant, name: pod, phase, message, health, units }));
  printHealth(cli, all, all);
}
