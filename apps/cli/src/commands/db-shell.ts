import { postgresCommand } from "@agentpod/core/postgres-programs";
import type { Cli } from "../cli.ts";
import { execProgram } from "../exec-program.ts";
import { findDatabase, requirePostgres } from "../find-database.ts";
import { terminalSize } from "../raw-terminal.ts";

/** psql in the unit: on this terminal where there is one, else on what is piped in. */
export async function run(cli: Cli, [name = "", ...args]: string[], { unit: named }: { unit?: string }): Promise<void> {
  const client = await cli.client();
  const found = await findDatabase(client, name, named);
  requirePostgres(found, "agentpod db shell");
  const { tenant, pod, unit } = found;
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const start = { argv: postgresCommand("shell", args), tty: isTerminal ? terminalSize() : null };
  await execProgram(cli, client, { tenant, pod, unit, database: true }, start, true);
}
