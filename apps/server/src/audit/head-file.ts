import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { ChainHead } from "@agentpod/core/audit-chain";

/** A head as it was exported. */
export interface ExportedHead extends ChainHead {
  installation: string;
  /** ISO 8601. */
  at: string;
}

/** Heads of the audit chain in a file of the home: only ever added to, and readable by its owner alone. */
export interface HeadFile {
  append(head: ExportedHead): Promise<void>;
  /** All of this installation, oldest first; a line that was cut off by a crash is passed over. */
  read(): Promise<ExportedHead[]>;
}

export function headFile(path: string, installation: string): HeadFile {
  return {
    async append(head) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
      try {
        // The line break goes first as well: a line that was cut off before does not swallow this one.
        await file.appendFile(`${(await file.stat()).size === 0 ? "" : "\n"}${JSON.stringify(head)}`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async read() {
      const file = await open(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      if (file === null) return [];
      const heads: ExportedHead[] = [];
      for await (const line of createInterface({ input: file.createReadStream() })) {
        const head = parsed(line);
        if (head?.installation === installation) heads.push(head);
      }
      return heads;
    },
  };
}

function parsed(line: string): ExportedHead | null {
  try {
    const head = JSON.parse(line) as Partial<ExportedHead>;
    return typeof head.seq === "number" && typeof head.hash === "string" ? (head as ExportedHead) : null;
  } catch {
    return null;
  }
}
