import type { LogsQuery } from "@agentpod/client/create-client";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";
import { parseSince } from "../parse-since.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  follow?: boolean;
  tail?: number;
  since?: string;
  unit?: string;
}

export async function run(cli: Cli, [name = ""]: string[], { since, ...options }: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const { follow, tail, unit } = options;
  const query: LogsQuery = {
    ...(follow === undefined ? {} : { follow }),
    ...(tail === undefined ? {} : { tail }),
    ...(unit === undefined ? {} : { unit }),
    ...(since === undefined ? {} : { since: parseSince(since, new Date()) }),
  };
  const client = await cli.client();
  const many = unit === undefined && (await client.pods.get(tenant, pod)).spec.units.length > 1;
  for await (const line of client.pods.logs(tenant, pod, query, cli.signal)) {
    cli.out.line(line, `${many ? `${line.unit} | ` : ""}${printable(line.text)}`);
  }
}
