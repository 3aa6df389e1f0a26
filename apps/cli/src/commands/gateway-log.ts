import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";

export interface Options {
  follow?: boolean;
  tail: number;
}

export async function run(cli: Cli, _args: string[], { follow = false, tail }: Options): Promise<void> {
  for await (const line of (await cli.client()).accessLog({ follow, tail }, cli.signal)) {
    const { at, client, method, host, path, status, milliseconds, error } = line;
    const text = `${at}  ${client}  ${method} ${host}${path}  ${status}  ${milliseconds} ms${error === null ? "" : `  ${error}`}`;
    cli.out.line(line, printable(text));
  }
}
