import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AdoptedUnit } from "@agentpod/core/adopt";
import type { TerminalOwner } from "@agentpod/core/api/terminal-host";
import type { TerminalEnd } from "@agentpod/core/api/terminal-view";
import type { UnitId } from "@agentpod/core/runtime";

/** What is on disk of a terminal: enough to end its program and to tell of it, and nothing that was typed or shown. */
export interface TerminalRecord {
  id: string;
  unit: UnitId;
  adopted?: AdoptedUnit;
  owner: TerminalOwner;
  /** Null while its program may run. */
  end: TerminalEnd | null;
}

/** One file per terminal, from before its program begins until its end has been noted by the server. */
export interface TerminalRecords {
  write(record: TerminalRecord): void;
  /** Succeeds on absence. */
  remove(id: string): void;
  list(): TerminalRecord[];
}

export function terminalRecords(folder: string): TerminalRecords {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (id: string): string => join(folder, `${id}.json`);
  return {
    write(record) {
      writeFileSync(`${path(record.id)}.new`, JSON.stringify(record), { mode: 0o600 });
      renameSync(`${path(record.id)}.new`, path(record.id));
    },
    remove: (id) => rmSync(path(id), { force: true }),
    list: () => readdirSync(folder).flatMap((file) => (file.endsWith(".json") ? readRecord(join(folder, file)) : [])),
  };
}

function readRecord(path: string): TerminalRecord[] {
  try {
    return [JSON.parse(readFileSync(path, "utf8")) as TerminalRecord];
  } catch {
    return [];
  }
}
