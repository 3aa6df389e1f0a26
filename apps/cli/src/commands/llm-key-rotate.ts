import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  await cli.confirm(`Give ${name} a new LLM key? It is restarted; calls under way break off.`);
  const view = await (await cli.client()).llmKeys.rotate(tenant, pod);
  cli.out.show(view, `${name} is restarted with a new LLM key.`);
}
