import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = "", secret = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const revealed = await (await cli.client()).pods.revealSecret(tenant, pod, secret);
  cli.out.show(revealed, revealed.value);
}
