import { createWriteStream } from "node:fs";
import { access, rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  unit?: string;
  force?: boolean;
}

/** Nothing lies under the file's name before all of it is there. */
export async function run(cli: Cli, [name = "", path = "", to = basename(path)]: string[], { unit, force }: Options): Promise<void> {
  if (to !== "-" && !force && (await isThere(to)))
    throw new AppError("conflict", `${to} is here already; say --force to put the file in its place`);
  const client = await cli.client();
  const bytes = Readable.from(
    await client.files.read({ ...parsePodName(name), path, ...(unit === undefined ? {} : { unit }) }, cli.signal),
  );
  if (to === "-") return pipeline(bytes, process.stdout, { end: false });
  const part = `${to}.${process.pid}.part`;
  try {
    const file = createWriteStream(part, { flags: "wx" });
    await pipeline(bytes, file);
    await rename(part, to);
    cli.out.show({ path, file: to, bytes: file.bytesWritten }, `${path} is in ${to}.`);
  } catch (thrown) {
    await rm(part, { force: true });
    const error = toAppError(thrown);
    throw error.code === "internal"
      ? new AppError("unavailable", `${path} could not be saved as ${to}: ${error.message}`, { cause: thrown })
      : error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
