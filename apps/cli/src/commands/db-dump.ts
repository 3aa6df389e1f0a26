import { open, rename, rm, stat } from "node:fs/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { databaseProgram } from "../database-program.ts";
import { findDatabase, requirePostgres } from "../find-database.ts";

export interface Options {
  unit?: string;
  force?: boolean;
}

/** Nothing lies under the file's name before the program has said that all of it is there, and PostgreSQL has read it back from the file. */
export async function run(cli: Cli, [name = "", given]: string[], { unit, force }: Options): Promise<void> {
  const client = await cli.client();
  const found = await findDatabase(client, name, unit);
  requirePostgres(found, "agentpod db dump");
  const to = given ?? `${found.tenant}-${found.pod}-${new Date().toISOString().slice(0, 19).replaceAll(":", "")}.dump`;
  if (to === "-") return databaseProgram(client, found, "dump", { output: toStdout }, cli.signal);
  if (!force && (await stat(to).catch(() => null)) !== null)
    throw new AppError("conflict", `${to} is here already; say --force to put the dump in its place`);
  const part = `${to}.${process.pid}.part`;
  // It holds everything that the database does.
  const file = await open(part, "wx+", 0o600);
  let bytes = 0;
  try {
    await databaseProgram(
      client,
      found,
      "dump",
      {
        output: async (chunk) => {
          await file.appendFile(chunk);
          bytes += chunk.length;
        },
      },
      cli.signal,
    );
    if (bytes === 0) throw new AppError("unavailable", "the dump is empty");
    await file.sync();
    const input = file.createReadStream({ autoClose: false, start: 0 }) as AsyncIterable<Buffer>;
    await databaseProgram(client, found, "read", { input }, cli.signal).catch((thrown: unknown) => {
      const { code, message } = toAppError(thrown);
      throw new AppError(code, `the dump could not be read back: ${message}`, { cause: thrown });
    });
    await file.close();
    await rename(part, to);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
  cli.out.show({ unit: found.unit, file: to, bytes }, `The data of ${name} is in ${to}: ${bytes} bytes.`);
}

const toStdout = (chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => process.stdout.write(chunk, (error) => (error ? reject(error) : resolve())));
