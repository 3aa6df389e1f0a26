import { open } from "node:fs/promises";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { confirmName } from "../confirm-name.ts";
import { databaseProgram } from "../database-program.ts";
import { findDatabase, requirePostgres } from "../find-database.ts";

export interface Options {
  unit?: string;
  confirm?: string;
}

/** How archives of pg_dump begin. */
const mark = Buffer.from("PGDMP");

/** The present data is replaced once the whole dump lies beside it. */
export async function run(cli: Cli, [name = "", from = ""]: string[], { unit, confirm }: Options): Promise<void> {
  const file = await open(from).catch((cause: unknown) => {
    throw new AppError("not_found", `${from} cannot be read`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mark.length), 0, mark.length, 0);
    if (bytesRead < mark.length || !buffer.equals(mark))
      throw new AppError("invalid", `${from} is no dump of agentpod db dump or pg_dump --format=custom; agentpod db shell takes SQL`);
    const client = await cli.client();
    const found = await findDatabase(client, name, unit);
    requirePostgres(found, "agentpod db restore");
    await confirmName(name, `Replace all data of unit ${found.unit} of ${name}?`, confirm, cli.signal);
    cli.out.progress("bringing the dump into a database beside the present one");
    const input = file.createReadStream({ autoClose: false, start: 0 }) as AsyncIterable<Buffer>;
    await databaseProgram(client, found, "load", { input }, cli.signal);
    cli.out.progress("putting it into its place");
    await databaseProgram(client, found, "use", {}, cli.signal);
    cli.out.show({ unit: found.unit, file: from }, `The data of ${name} is that of ${from}.`);
  } finally {
    await file.close();
  }
}
