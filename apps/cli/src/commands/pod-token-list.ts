import type { Cli } from "../cli.ts";

export async function run(cli: Cli, _args: string[], { tenant }: { tenant?: string }): Promise<void> {
  const tokens = await (await cli.client()).podTokens.list(tenant);
  const rows = tokens.map((one) => [`${one.tenant}/${one.pod}`, one.name, one.masked]);
  cli.out.table(tokens, { head: ["POD", "NAME", "TOKEN"], rows }, "There are no agents.");
}
