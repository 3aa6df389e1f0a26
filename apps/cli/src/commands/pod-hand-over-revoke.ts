import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  await (await cli.client()).handOver.delete(tenant, pod);
  cli.out.show({ revoked: name }, `The hand-over link of ${name} is worth nothing now.`);
}
