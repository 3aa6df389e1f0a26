import type { TemplateInput } from "@agentpod/core/template";
import type { Cli } from "../cli.ts";
import { plainTable } from "../render-table.ts";

export interface Options {
  tenant?: string;
  version?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, version }: Options): Promise<void> {
  const query = { ...(tenant === undefined ? {} : { tenant }), ...(version === undefined ? {} : { version }) };
  const view = await (await cli.client()).templates.get(name, query);
  const { template } = view;
  const rows = Object.entries(template.inputs).map(([key, input]) => [
    key,
    input.type,
    need(input),
    input.description?.en ?? input.title?.en ?? "",
  ]);
  const inputs = rows.length === 0 ? "It takes no inputs." : plainTable({ head: ["INPUT", "TYPE", "DEFAULT", "MEANING"], rows });
  cli.out.show(view, `${view.name}@${view.version}: ${template.title.en}\n${template.description.en}\n\n${inputs}`);
}

function need(input: TemplateInput): string {
  if (input.default !== undefined) return String(input.default);
  return input.type === "string" && input.generate !== undefined ? "generated" : "required";
}
