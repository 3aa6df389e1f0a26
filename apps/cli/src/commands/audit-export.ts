import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type FilterOptions, parseFilter } from "../audit-filter.ts";
import type { Cli } from "../cli.ts";

export interface Options extends FilterOptions {
  format: "csv" | "jsonl";
  file?: string;
}

export async function run(cli: Cli, _args: string[], { format, file, ...options }: Options): Promise<void> {
  const events = await (await cli.client()).audit.export({ ...parseFilter(options, new Date()), format }, cli.signal);
  if (file === undefined) {
    await pipeline(Readable.from(events), process.stdout, { end: false });
    return;
  }
  // As private as what it tells; a file that is there is not written over.
  await pipeline(Readable.from(events), createWriteStream(file, { mode: 0o600, flags: "wx" }));
  cli.out.show({ file, format }, `The events are in ${file}.`);
}
