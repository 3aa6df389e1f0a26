import { type FilterOptions, parseFilter } from "../audit-filter.ts";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";

export interface Options extends FilterOptions {
  limit: number;
}

export async function run(cli: Cli, _args: string[], { limit, ...options }: Options): Promise<void> {
  const events = (await (await cli.client()).audit.list({ ...parseFilter(options, new Date()), limit })).reverse();
  const rows = events.map(({ at, actor, source, type, tenant, pod, result, message }) => [
    at,
    actor,
    source ?? "-",
    type,
    pod === null ? (tenant ?? "-") : `${tenant}/${pod}`,
    result,
    printable(message),
  ]);
  cli.out.table(events, { head: ["TIME", "WHO", "FROM", "WHAT", "ABOUT", "RESULT", "MESSAGE"], rows }, "There are no such events.");
}
