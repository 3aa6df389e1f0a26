import type { AccessLogQuery } from "@agentpod/client/api-calls";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";
import { parseSince } from "../parse-since.ts";

export interface Options extends Pick<AccessLogQuery, "follow" | "route" | "status" | "method" | "path" | "client" | "host"> {
  tail: number;
  since?: string;
}

export async function run(cli: Cli, _args: string[], options: Options): Promise<void> {
  const { follow = false, tail, since, route, status, method, path, client, host } = options;
  const asked = Object.entries({ route, status, method, path, client, host }).filter(([, value]) => value !== undefined);
  const query: AccessLogQuery = {
    ...Object.fromEntries(asked),
    follow,
    tail,
    ...(since === undefined ? {} : { since: parseSince(since, new Date()) }),
  };
  for await (const line of (await cli.client()).accessLog(query, cli.signal)) {
    const text = `${line.at}  ${line.client}  ${line.method} ${line.host}${line.path}  ${line.status}  ${line.milliseconds} ms`;
    cli.out.line(line, printable(`${text}${line.error === null ? "" : `  ${line.error}`}`));
  }
}
