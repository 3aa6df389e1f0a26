import type { LogsQuery } from "@agentpod/client/create-client";
import type { LogLevel } from "@agentpod/core/log-level";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";
import { parseSince } from "../parse-since.ts";
import { parsePodName } from "../pod-name.ts";
import { printLogSummary } from "../print-log-summary.ts";

export interface Options {
  follow?: boolean;
  tail?: number;
  since?: string;
  unit?: string;
  search?: string;
  level?: LogLevel;
  summary?: boolean;
}

export async function run(cli: Cli, [name = ""]: string[], { since, summary, ...wanted }: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const from = since === undefined ? undefined : parseSince(since, new Date());
  const client = await cli.client();
  if (summary) return printLogSummary(cli, await client.pods.logSummary(tenant, pod, from));
  const { follow, tail, unit, search, level } = wanted;
  const query: LogsQuery = {
    ...(follow === undefined ? {} : { follow }),
    ...(tail === undefined ? {} : { tail }),
    ...(unit === undefined ? {} : { unit }),
    ...(search === undefined ? {} : { search }),
    ...(level === undefined ? {} : { level }),
    ...(from === undefined ? {} : { since: from }),
  };
  const many = unit === undefined && (await client.pods.get(tenant, pod)).spec.units.length > 1;
  for await (const line of client.pods.logs(tenant, pod, query, cli.signal)) {
    cli.out.line(line, `${many ? `${line.unit} | ` : ""}${printable(line.text)}`);
  }
}
