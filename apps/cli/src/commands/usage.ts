import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { UsageQuery } from "@agentpod/client/llm-calls";
import type { LlmUsageView, UsageCheckView } from "@agentpod/core/api/llm-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { plainTable } from "../render-table.ts";

export interface Options {
  tenant?: string;
  pod?: string;
  from?: string;
  to?: string;
  by?: UsageQuery["by"];
  check?: string;
  csv?: boolean;
  file?: string;
}

export async function run(cli: Cli, _args: string[], options: Options): Promise<void> {
  const { tenant, pod, from, to, by, check, csv, file } = options;
  if (check !== undefined) return runCheck(cli, check, options);
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

/** Both counts of an agent, side by side. */
async function runCheck(cli: Cli, check: string, { tenant, pod, by, csv, file, from, to }: Options): Promise<void> {
  if ([tenant, pod, by, csv, file].some((given) => given !== undefined))
    throw new AppError("invalid", "--check goes with --from and --to alone");
  const target = parsePodName(check);
  const client = await cli.client();
  const view = await client.usage.check(target.tenant, target.pod, { ...(from && { from }), ...(to && { to }) });
  const rows = view.days.map(({ day, proxy, agent, difference }) => [day, total(proxy), total(agent), String(difference)]);
  const table = plainTable({ head: ["DAY", "AGENTPOD", "AGENT", "DIFFERENCE"], rows });
  const said = view.days.map(({ day, message }) => `${day}: ${message}`);
  const nothing = "Neither AgentPod nor the agent counted anything in that time.";
  const lines = view.days.length === 0 ? [nothing] : [table, "", ...said];
  if (!view.isWhole) lines.push("", "The agent is still counting: ask again in a moment.");
  cli.out.show(view, lines.join("\n"));
}

const total = ({ input, output, cacheRead, cacheWrite }: UsageCheckView["days"][number]["agent"]): string =>
  String(input + output + cacheRead + cacheWrite);

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
