import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const revisions = await (await cli.client()).pods.revisions(tenant, pod);
  const rows = revisions.map((revision) => [
    String(revision.generation),
    revision.template === null ? "-" : `${revision.template.name}@${revision.template.version}`,
    revision.actor,
    age(revision.at),
  ]);
  cli.out.table(revisions, { head: ["GENERATION", "TEMPLATE", "BY", "AGE"], rows }, "There are no revisions.");
}
