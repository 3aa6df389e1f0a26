import type { Client } from "@agentpod/client/create-client";
import { AppError } from "@agentpod/core/errors";
import { type PostgresProgram, postgresCommand } from "@agentpod/core/postgres-programs";
import type { FoundDatabase } from "./find-database.ts";

export interface ProgramStreams {
  /** Absent: there is none. */
  input?: AsyncIterable<Buffer>;
  /** The program is held back until it has settled. */
  output?(chunk: Buffer): Promise<void>;
}

/** Runs one of PostgreSQL's programs in the unit to its end. Throws `unavailable` with its last words where it fails, or the way to it breaks. */
export async function databaseProgram(
  client: Client,
  { tenant, pod, unit }: FoundDatabase,
  program: PostgresProgram,
  { input, output = async () => undefined }: ProgramStreams,
  signal: AbortSignal,
): Promise<void> {
  let said = "";
  const connection = await client.pods.exec(
    tenant,
    pod,
    unit,
    { argv: postgresCommand(program), tty: null },
    {
      onStdout: output,
      onStderr: (chunk) => {
        said = (said + chunk.toString("utf8")).slice(-2000);
      },
    },
    { database: true },
  );
  const stop = (): void => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const fed = feed(connection, input);
    // A program that ends early reads no more; what breaks off must not look like its end.
    const code = await Promise.race([connection.exit, fed.then(() => connection.exit)]);
    if (code === 0) return;
    const last = said.trim().split("\n").at(-1) ?? "";
    throw new AppError("unavailable", `the ${program} ended with exit code ${code}${last === "" ? "" : `: ${last.slice(0, 300)}`}`);
  } finally {
    signal.removeEventListener("abort", stop);
    connection.close();
  }
}

async function feed(connection: { write(chunk: Buffer): Promise<void>; closeInput(): void }, input?: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of input ?? []) await connection.write(chunk);
  connection.closeInput();
}
