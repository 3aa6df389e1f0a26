import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { UsageQuery } from "@agentpod/client/llm-calls";
import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  tenant?: string;
  pod?: string;
  from?: string;
  to?: string;
  by?: UsageQuery["by"];
  csv?: boolean;
  file?: string;
}

export async function run(cli: Cli, _args: string[], { tenant, pod, from, to, by, csv, file }: Options): Promise<void> {
  const named = pod === undefined ? { tenant } : parsePodName(pod);
  const query = Object.fromEntries(Object.entries({ ...named, from, to, by }).filter(([, value]) => value !== undefined)) as UsageQuery;
  const { usage } = await cli.client();
  if (csv || file !== undefined) {
    const lines = Readable.from(await usage.export({ ...query, format: "csv" }, cli.signal));
    if (file === undefined) return pipeline(lines, process.stdout, { end: false });
    // As private as what it tells; a file that is there is not written over.
    await pipeline(lines, createWriteStream(file, { mode: 0o600, flags: "wx" }));
    cli.out.show({ file }, `The usage is in ${file}.`);
    return;
  }
  const rows = await usage.list(query);
  cli.out.table(rows, { head: [...head, ...figures], rows: rows.map(rowOf) }, "No model was asked in that time.");
}

const head = ["DAY", "OF", "MODEL"];
const figures = ["CALLS", "FAILED", "ABORTED", "INPUT", "OUTPUT", "CACHE READ", "CACHE WRITE", "COST"];

const rowOf = (row: LlmUsageView): string[] => [
  row.day ?? "-",
  row.pod === null ? (row.key === null ? (row.tenant ?? "-") : `${row.tenant} (key ${row.key})`) : `${row.tenant}/${row.pod}`,
  row.model ?? "-",
  ...[row.calls, row.failed, row.aborted, row.input, row.output, row.cacheRead, row.cacheWrite].map(String),
  // What is partly estimated says so.
  `${row.estimated > 0 ? "~" : ""}${row.cost.toFixed(4)}`,
];
