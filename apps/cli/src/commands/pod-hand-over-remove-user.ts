import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = "", id = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const { customerAccesses } = await cli.client();
  const ids = id === "all" ? (await customerAccesses.list(tenant, pod)).map((one) => one.id) : [id];
  for (const one of ids) await customerAccesses.delete(tenant, pod, one);
  const text = `Taken back: ${ids.length}. Who is in the agent stays in until its token is rotated: agentpod pod token rotate ${name}`;
  cli.out.show({ removed: ids }, text);
}
