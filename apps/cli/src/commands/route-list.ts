import type { Cli } from "../cli.ts";
import { describeRoute } from "../describe-route.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const routes = await (await cli.client()).routes.list(tenant, pod);
  cli.out.show(routes, routes.length === 0 ? `${name} has no routes.` : routes.map(describeRoute).join("\n\n"));
}
