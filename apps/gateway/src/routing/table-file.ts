import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RouteTable } from "@agentpod/core/route-table";
import { readTable } from "./read-table.ts";
import { writeWhole } from "./write-whole.ts";

const fileName = "table.json";

/** The last table served, kept so that the gateway starts without the control plane. */
export interface TableFile {
  /** Null when none was saved yet; throws `invalid` or an I/O error when it cannot be read. */
  load(): Promise<RouteTable | null>;
  /** Takes the table as JSON. Resolves once it would survive a power cut; a crash at any instant leaves the old or the new table. Not for parallel calls. */
  save(text: string): Promise<void>;
}

export function tableFile(stateDir: string): TableFile {
  const path = join(stateDir, fileName);
  return {
    async load() {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      return text === null ? null : readTable(JSON.parse(text));
    },
    save: (text) => writeWhole(path, [text]),
  };
}
