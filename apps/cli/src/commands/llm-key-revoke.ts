import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = "", id = ""]: string[]): Promise<void> {
  await cli.confirm(`Revoke LLM key ${id} of ${tenant}? Whoever uses it gets no more answers.`);
  await (await cli.client()).llmKeys.revoke(tenant, id);
  cli.out.show({ tenant, id, revoked: true }, `LLM key ${id} is revoked.`);
}
