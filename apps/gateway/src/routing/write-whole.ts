import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

const batchCharacters = 1_000_000;

/** Puts lines in place of a file's content: at any instant, a power cut too, the file is the old one or the new one whole. Mode 0600. */
export async function writeWhole(path: string, lines: Iterable<string>): Promise<void> {
  const next = `${path}.next`;
  const file = await open(next, "w", 0o600);
  try {
    let batch = "";
    for (const line of lines) {
      batch += `${line}\n`;
      if (batch.length < batchCharacters) continue;
      await file.appendFile(batch);
      batch = "";
    }
    await file.appendFile(batch);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
