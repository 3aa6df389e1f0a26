import type { Cli } from "../cli.ts";
import { describeAnalysis } from "../describe-analysis.ts";

export async function run(cli: Cli, [tenant = "", digest = ""]: string[], { root }: { root?: string }): Promise<void> {
  const analysis = await (await cli.client()).sources.analyze(tenant, digest, root);
  cli.out.show(analysis, describeAnalysis(analysis, []));
}
