import type { Cli } from "../cli.ts";
import { describeInputs } from "../describe-inputs.ts";

export interface Options {
  tenant?: string;
  version?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, version }: Options): Promise<void> {
  const query = { ...(tenant === undefined ? {} : { tenant }), ...(version === undefined ? {} : { version }) };
  const view = await (await cli.client()).agents.packages.get(name, query);
  cli.out.show(
    view,
    [
      `${view.name}@${view.version}: ${view.title.en}`,
      view.description.en,
      "",
      `Agent       ${view.agentVersion}`,
      `Channels    ${view.channels.join(", ") || "none"}`,
      `May be set  ${view.allow.join(", ") || "nothing"}`,
      "",
      describeInputs(view.inputs),
    ].join("\n"),
  );
}
