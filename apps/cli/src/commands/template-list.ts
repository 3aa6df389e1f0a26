import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const templates = await (await cli.client()).templates.list();
  const rows = templates.map(({ name, version, tenantId, template }) => [
    name,
    String(version),
    tenantId === null ? "everyone" : "one tenant",
    template.title.en,
  ]);
  cli.out.table(
    templates,
    { head: ["NAME", "VERSION", "FOR", "TITLE"], rows },
    "There are no templates; upload one: agentpod template apply <folder>",
  );
}
