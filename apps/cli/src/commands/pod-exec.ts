import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { execProgram } from "../exec-program.ts";
import { parsePodName } from "../pod-name.ts";
import { terminalSize } from "../raw-terminal.ts";

export interface Options {
  interactive?: boolean;
  tty?: boolean;
  unit?: string;
  workdir?: string;
}

/** Runs a program in a unit and ends with its exit code. */
export async function run(cli: Cli, [name = "", ...argv]: string[], options: Options): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  if (argv.length === 0) throw new AppError("invalid", "say what to run: agentpod pod exec acme/web -- ls -l");
  if (options.tty && !process.stdin.isTTY) throw new AppError("invalid", "-t needs a terminal; leave it out in scripts");
  const start = {
    argv,
    tty: options.tty ? terminalSize() : null,
    ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
  };
  await execProgram(cli, await cli.client(), { tenant, pod, unit: options.unit ?? null }, start, options.interactive === true);
}
