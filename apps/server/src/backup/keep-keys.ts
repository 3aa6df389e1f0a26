import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Key } from "@agentpod/db/master-key";
import type { Home } from "@agentpod/host/home";
import { syncFolder } from "@agentpod/host/save-backup";

/**
 * Puts keys into the home's file behind those that are there: what is there goes on being readable, and what is restored is
 * encrypted anew with the first of them at the next start. Again: no effect.
 */
export async function keepKeys(home: Home, keys: readonly Key[]): Promise<void> {
  const file = join(home.keys, "master-key");
  const there = linesOf(file);
  const wanted = keys.map(({ key }) => key.toString("base64")).filter((line) => !there.includes(line));
  if (wanted.length === 0) return;
  await mkdir(home.keys, { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    const handle = await open(fresh, "wx", 0o600);
    await handle.writeFile(`${[...there, ...wanted].join("\n")}\n`);
    await handle.sync();
    await handle.close();
    await rename(fresh, file);
    await syncFolder(home.keys);
  } finally {
    await rm(fresh, { force: true });
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
