import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const revealed = await (await cli.client()).podTokens.reveal(tenant, pod);
  cli.out.show(revealed, revealed.value);
}
