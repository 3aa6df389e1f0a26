import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = ""]: string[]): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const found = await (await cli.client()).deploymentHooks.list(tenant, name);
  const rows = found.map((hook) => [
    hook.id,
    hook.kind,
    printable(hook.url),
    printable(hook.branch),
    age(hook.createdAt),
    hook.refusedAt === null ? "-" : `${age(hook.refusedAt)} ago`,
  ]);
  cli.out.table(found, { head: ["ID", "KIND", "REPOSITORY", "BRANCH", "AGE", "WRONG SECRET"], rows }, `${application} has no hooks.`);
}
