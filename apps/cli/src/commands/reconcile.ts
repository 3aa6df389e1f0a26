import type { Cli } from "../cli.ts";

export async function run(cli: Cli, _args: string[], { dryRun = false }: { dryRun?: boolean }): Promise<void> {
  const actions = await (await cli.client()).reconcile(dryRun);
  const rows = actions.map((action) => [action.pod, action.kind, action.detail]);
  cli.out.table(actions, { head: ["POD", "ACTION", "DETAIL"], rows }, "Everything is as wanted: nothing to do.");
}
