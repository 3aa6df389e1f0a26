import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = "", name = ""]: string[]): Promise<void> {
  const key = await (await cli.client()).llmKeys.add(tenant, name);
  cli.out.show(key, `LLM key ${key.name} (${key.id}) of ${tenant}. It is shown this once:\n${key.key}`);
}
