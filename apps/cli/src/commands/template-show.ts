import type { Cli } from "../cli.ts";
import { describeInputs } from "../describe-inputs.ts";
import { testedOn } from "../tested-on.ts";

export interface Options {
  tenant?: string;
  version?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, version }: Options): Promise<void> {
  const query = { ...(tenant === undefined ? {} : { tenant }), ...(version === undefined ? {} : { version }) };
  const view = await (await cli.client()).templates.get(name, query);
  const { template } = view;
  cli.out.show(
    view,
    `${view.name}@${view.version}: ${template.title.en}\n${template.description.en}\nTested on: ${testedOn(view)}\n\n${describeInputs(template.inputs)}`,
  );
}
