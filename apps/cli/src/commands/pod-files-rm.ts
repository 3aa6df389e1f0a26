import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  unit?: string;
}

export async function run(cli: Cli, [name = "", path = ""]: string[], { unit }: Options): Promise<void> {
  const target = parsePodName(name);
  const client = await cli.client();
  await cli.confirm(`Delete ${path} of ${name}, and all that is in it?`);
  await client.files.remove({ ...target, path, ...(unit === undefined ? {} : { unit }) });
  cli.out.show({ ...target, path, deleted: true }, `${path} is gone.`);
}
