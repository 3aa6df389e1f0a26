import type { Cli } from "../cli.ts";
import { describeAgentConfig } from "../describe-agent-config.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const view = await (await cli.client()).agents.config(tenant, pod);
  cli.out.show(view, describeAgentConfig(view));
}
