import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = "", id = ""]: string[]): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  await cli.confirm(`Delete hook ${id} of ${application}? Pushes deploy it no longer.`);
  await (await cli.client()).deploymentHooks.delete(tenant, name, id);
  cli.out.show({ id, application, deleted: true }, `Hook ${id} is deleted.`);
}
