import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  unit?: string;
}

export async function run(cli: Cli, [name = "", path = ""]: string[], { unit }: Options): Promise<void> {
  const target = parsePodName(name);
  await (await cli.client()).files.makeFolder({ ...target, path, ...(unit === undefined ? {} : { unit }) });
  cli.out.show({ ...target, path }, `Folder ${path} is there.`);
}
