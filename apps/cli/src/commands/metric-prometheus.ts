import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const text = await (await cli.client()).metrics.prometheus();
  cli.out.show({ text }, text.trimEnd());
}
