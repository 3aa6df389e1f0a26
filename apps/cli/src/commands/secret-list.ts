import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const { secrets } = await (await cli.client()).pods.get(tenant, pod);
  cli.out.table(secrets, { head: ["NAME"], rows: secrets.map((secret) => [secret]) }, `Pod ${name} has no secrets.`);
}
