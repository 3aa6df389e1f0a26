import type { Cli } from "../cli.ts";
import { testedOn } from "../tested-on.ts";

export async function run(cli: Cli): Promise<void> {
  const templates = await (await cli.client()).templates.list();
  const rows = templates.map((view) => [
    view.name,
    String(view.version),
    view.tenantId === null ? "everyone" : "one tenant",
    testedOn(view),
    view.template.title.en,
  ]);
  cli.out.table(
    templates,
    { head: ["NAME", "VERSION", "FOR", "TESTED ON", "TITLE"], rows },
    "There are no templates; upload one: agentpod template apply <folder>",
  );
}
