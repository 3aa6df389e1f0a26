import { open } from "node:fs/promises";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  unit?: string;
}

export async function run(cli: Cli, [name = "", from = "", to = ""]: string[], { unit }: Options): Promise<void> {
  if (from === "-" && to.endsWith("/")) throw new AppError("invalid", "say the file's name, too: standard input has none");
  const path = to.endsWith("/") ? to + basename(from) : to;
  const at = { ...parsePodName(name), path, ...(unit === undefined ? {} : { unit }) };
  const client = await cli.client();
  const entry = await (from === "-" ? putInput() : putFile());
  cli.out.show(entry, `${path} is written: ${entry.bytes} bytes.`);

  async function putInput() {
    const bytes = await buffer(process.stdin);
    return client.files.write(at, { bytes, size: bytes.length });
  }
  async function putFile() {
    const file = await open(from).catch((cause: unknown) => {
      throw new AppError("not_found", `${from} cannot be read`, { cause });
    });
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new AppError("invalid", `${from} is no file`);
      const { size } = stat;
      // The size was announced: what is appended meanwhile is not sent.
      const bytes = size === 0 ? Buffer.alloc(0) : file.createReadStream({ autoClose: false, end: size - 1 });
      return await client.files.write(at, { bytes, size });
    } finally {
      await file.close();
    }
  }
}
