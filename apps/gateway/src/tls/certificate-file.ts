import { createReadStream } from "node:fs";
import { join } from "node:path";
import { readLines } from "../control/read-lines.ts";
import { writeWhole } from "../routing/write-whole.ts";

const fileName = "certificates.jsonl";

/** The certificates last served, kept so that the gateway starts without the control plane. Readable by this user alone. */
export interface CertificateFile {
  /** Its lines; throws the system's error (ENOENT: none was saved yet). */
  lines(): AsyncIterable<string>;
  /** Resolves once it would survive a power cut; a crash at any instant leaves the old or the new set. Not for parallel calls. */
  save(lines: Iterable<string>): Promise<void>;
}

export function certificateFile(stateDir: string): CertificateFile {
  const path = join(stateDir, fileName);
  return {
    lines: () => readLines(createReadStream(path)),
    save: (lines) => writeWhole(path, lines),
  };
}
