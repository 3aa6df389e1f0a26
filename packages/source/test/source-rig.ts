import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, type Header, pack } from "tar-stream";
import { afterEach } from "vitest";
import type { SourceSnapshot } from "../src/source-snapshot.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "agentpod-source-"));
  folders.push(folder);
  return folder;
}

export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = scratchFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Names that are left in a folder, of folders below it too. */
export const leftIn = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: "utf8" });

/** Ids of processes that were started with a folder in their environment. */
export function processesOf(folder: string): string[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, "latin1").includes(folder);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

export async function tarOf(entries: readonly (Partial<Header> & { name: string; content?: string })[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = "", ...header } of entries)
    archive.entry(header as Header & { name: string }, header.type === undefined || header.type === "file" ? content : "");
  archive.finalize();
  return buffer(Readable.from(archive, { objectMode: false }));
}

export const digestOf = async (source: SourceSnapshot): Promise<string> =>
  createHash("sha256")
    .update(await buffer(source.tar()))
    .digest("hex");

/** What a snapshot's tar holds: path → content, or where a link leads; folders end in `/`. */
export async function unpacked(source: SourceSnapshot): Promise<Record<string, string>> {
  const entries = extract();
  source.tar().pipe(entries);
  const found: Record<string, string> = {};
  for await (const entry of entries) {
    const { name, type, linkname, mode } = entry.header;
    const content = (await buffer(entry as AsyncIterable<Buffer>)).toString("utf8");
    found[name] = type === "symlink" ? `-> ${linkname}` : type === "directory" ? "" : mode === 0o755 ? `x ${content}` : content;
  }
  return found;
}
