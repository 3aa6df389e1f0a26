import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const found = await (await cli.client()).databases.list(tenant, pod);
  const rows = found.map(({ unit, kind, url, dumps }) => [unit, kind, dumps ? "yes" : "no", url ?? "-"]);
  cli.out.table(found, { head: ["UNIT", "KIND", "DUMPS", "URL"], rows }, `${name} has no database that is known here.`);
}
