import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = name.includes("/") ? parsePodName(name) : { tenant: name, pod: null };
  await cli.confirm(`Remove the LLM budget of ${name}? Nothing limits its calls then.`);
  await (await cli.client()).llmBudgets.remove(tenant, pod);
  cli.out.show({ name, removed: true }, `The LLM budget of ${name} is removed.`);
}
