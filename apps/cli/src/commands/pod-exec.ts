import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";
import { terminalSize, withRawTerminal } from "../raw-terminal.ts";

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
  const client = await cli.client();
  const connection = await client.pods.exec(
    tenant,
    pod,
    options.unit ?? null,
    {
      argv,
      tty: options.tty ? terminalSize() : null,
      ...(options.tty ? { env: { TERM: cli.env.term } } : {}),
      ...(options.workdir === undefined ? {} : { workdir: options.workdir }),
    },
    { onStdout: (chunk) => process.stdout.write(chunk), onStderr: (chunk) => process.stderr.write(chunk) },
  );
  cli.signal.addEventListener("abort", () => connection.close(), { once: true });
  if (options.interactive) void sendInput(connection);
  else connection.closeInput();
  process.exitCode = await (options.tty ? withRawTerminal(connection, () => connection.exit) : connection.exit);
  // Input that nobody reads any more must not keep the program waiting.
  process.stdin.destroy();
}

async function sendInput(connection: { write(chunk: Buffer): Promise<void>; closeInput(): void }): Promise<void> {
  try {
    for await (const chunk of process.stdin) await connection.write(Buffer.from(chunk as Buffer));
    connection.closeInput();
  } catch {
    // Input ends with the program: `exit` tells how that went.
  }
}
