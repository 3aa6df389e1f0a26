import type { Cli } from "../cli.ts";

export interface Options {
  olderThan: number;
}

export async function run(cli: Cli, _args: string[], { olderThan }: Options): Promise<void> {
  await cli.confirm(`Move events older than ${olderThan} days out of the database into archive files?`);
  const result = await (await cli.client()).audit.archive(olderThan);
  const files = result.archives.map((archive) => archive.file).join(", ");
  cli.out.show(result, result.events === 0 ? "No events are that old." : `${result.events} events are archived in ${files}.`);
}
