import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = "", id = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const client = await cli.client();
  await client.terminals.close(tenant, pod, id);
  cli.out.line({ id, closed: true }, `Terminal ${id} of ${name} is closed.`);
}
