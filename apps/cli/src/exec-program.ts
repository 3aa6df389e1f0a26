import type { Client } from "@agentpod/client/create-client";
import type { ExecStart } from "@agentpod/core/api/exec-frame";
import type { Cli } from "./cli.ts";
import { withRawTerminal } from "./raw-terminal.ts";

export interface ExecTarget {
  tenant: string;
  pod: string;
  /** Null: the pod's first. */
  unit: string | null;
  /** With the login of the unit, a PostgreSQL. */
  database?: boolean;
}

/** Runs a program in a unit on this program's own input and output, and ends with its exit code. Without `hasInput` its input is empty. */
export async function execProgram(cli: Cli, client: Client, target: ExecTarget, start: ExecStart, hasInput: boolean): Promise<void> {
  const { tenant, pod, unit, database = false } = target;
  const connection = await client.pods.exec(
    tenant,
    pod,
    unit,
    { ...start, ...(start.tty && { env: { TERM: cli.env.term } }) },
    { onStdout: (chunk) => void process.stdout.write(chunk), onStderr: (chunk) => process.stderr.write(chunk) },
    { database },
  );
  cli.signal.addEventListener("abort", () => connection.close(), { once: true });
  if (hasInput) void sendInput(connection);
  else connection.closeInput();
  process.exitCode = await (start.tty ? withRawTerminal(connection, () => connection.exit) : connection.exit);
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
