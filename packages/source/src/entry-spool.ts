import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { tooLarge, tooMany } from "@agentpod/core/source/beyond-limits";
import { holdsSecrets, ignoreFiles, ignoreRules } from "@agentpod/core/source/ignore-rules";
import { leftOut } from "@agentpod/core/source/left-out";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";
import { checkedPath } from "./checked-path.ts";
import { confineLinks } from "./confined-links.ts";
import { keepingFailure } from "./keeping-failure.ts";
import { snapshotTar } from "./snapshot-tar.ts";
import type { SourceEntry } from "./source-entry.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

/** What others name a file of theirs. */
export interface GivenFile {
  path: string;
  isExecutable: boolean;
}

/** `all`: what ignore files say; `own`: what git itself keeps stays; `nothing`: it was looked at before. */
export type Ignoring = "all" | "own" | "nothing";

/**
 * Contents of an archive one after another in one file of ours, so that no path of others ever reaches the file system. Whatever
 * goes wrong, `close` leaves nothing behind.
 */
export interface EntrySpool {
  /** Throws `invalid` for a path that leads outside, one that was there already, and beyond the limits. */
  addFile(file: GivenFile, content: AsyncIterable<Uint8Array>): Promise<void>;
  addLink(path: string, target: string): void;
  /** The same content again under another name: a hard link. Throws `invalid` where there is no such file. */
  addCopy(path: string, of: string): void;
  addFolder(path: string): void;
  /** What was added, without what ignore files leave out. Closing the snapshot closes the spool. */
  snapshot(options: { ignoring: Ignoring; notices: readonly string[] }): Promise<SourceSnapshot>;
  close(): Promise<void>;
}

interface Kept extends SourceEntry {
  at: number;
}

/** `scratch` is a folder that exists; the spool makes one of its own in it. */
export async function entrySpool(scratch: string, limits: SourceLimits): Promise<EntrySpool> {
  const folder = await mkdtemp(join(scratch, "source-"));
  const handle = await open(join(folder, "contents"), "wx+", 0o600).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const kept = new Map<string, Kept>();
  let length = 0;
  let total = 0;
  let seen = 0;
  let isClosed = false;

  function newPath(raw: string): string {
    const path = checkedPath(raw, limits);
    if (path === null) throw refused(raw, "a name");
    if (kept.has(path)) throw refused(raw, "each name once");
    count(raw);
    return path;
  }

  function count(raw: string): void {
    if (++seen > limits.entries) throw tooMany(raw, limits);
  }

  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await handle.close();
    await rm(folder, { recursive: true, force: true });
  };

  const open_ = (entry: SourceEntry): Readable => {
    const { at, bytes } = kept.get(entry.path) ?? { at: 0, bytes: 0 };
    return handle.createReadStream({ start: at, end: at + bytes - 1, autoClose: false });
  };

  return {
    close,
    async addFile({ path: raw, isExecutable }, content) {
      const path = newPath(raw);
      const at = length;
      for await (const chunk of content) {
        total += chunk.byteLength;
        if (total > limits.bytes) throw tooLarge(raw, limits);
        await writeAll(handle, chunk, length);
        length += chunk.byteLength;
      }
      kept.set(path, { path, bytes: length - at, isExecutable, target: null, at });
    },
    addLink(raw, target) {
      const path = newPath(raw);
      if (Buffer.byteLength(target) > limits.pathBytes) throw refused(raw, `a link to a path of at most ${limits.pathBytes} bytes`);
      kept.set(path, { path, bytes: 0, isExecutable: false, target, at: 0 });
    },
    addCopy(raw, of) {
      const path = newPath(raw);
      const source = kept.get(checkedPath(of, limits) ?? "");
      if (source === undefined || source.target !== null) throw refused(raw, "a hard link to a file before it");
      total += source.bytes;
      if (total > limits.bytes) throw tooLarge(raw, limits);
      kept.set(path, { ...source, path });
    },
    addFolder(raw) {
      // The top itself needs no name.
      if (checkedPath(raw, limits) !== null) count(raw);
    },
    async snapshot({ ignoring, notices }) {
      const all = [...kept.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      confineLinks(all);
      const { entries, secrets } = await selected(all, ignoring);
      return {
        entries,
        bytes: entries.reduce((sum, entry) => sum + entry.bytes, 0),
        notices: [...notices, ...leftOut(secrets)],
        read: async (path) => {
          const entry = kept.get(path);
          return entry === undefined || entry.target !== null ? null : contentOf(entry);
        },
        tar: () => snapshotTar(entries, open_),
        close,
      };
    },
  };

  async function contentOf({ at, bytes }: Kept, most = bytes): Promise<Buffer> {
    const buffer = Buffer.alloc(Math.min(bytes, most));
    for (let read = 0; read < buffer.length; ) {
      const { bytesRead } = await handle.read(buffer, read, buffer.length - read, at + read);
      if (bytesRead === 0) throw new AppError("internal", "what was kept of a source is shorter than it was");
      read += bytesRead;
    }
    return buffer;
  }

  async function selected(all: readonly Kept[], ignoring: Ignoring): Promise<{ entries: SourceEntry[]; secrets: string[] }> {
    if (ignoring === "nothing") return { entries: all.map(({ at: _, ...entry }) => entry), secrets: [] };
    const rules = ignoreRules(() => performance.now());
    const names: readonly string[] = ignoring === "all" ? ignoreFiles : [".agentpodignore"];
    const isRule = ({ path, target }: Kept): boolean => target === null && names.includes(path.slice(path.lastIndexOf("/") + 1));
    // Those of folders above come first in this order; rules of folders that are left out say nothing of others.
    for (const entry of all.filter(isRule)) rules.add(entry.path, (await contentOf(entry, 65_537)).toString("utf8"));
    const folders = new Map<string, boolean>([["", false]]);
    const isFolderOut = (folder: string): boolean => {
      const known = folders.get(folder);
      if (known !== undefined) return known;
      const isOut = isFolderOut(folder.slice(0, Math.max(folder.lastIndexOf("/"), 0))) || rules.isOut(folder, true);
      folders.set(folder, isOut);
      return isOut;
    };
    const secrets: string[] = [];
    const entries = all.flatMap(({ at: _, ...entry }) => {
      if (isFolderOut(entry.path.slice(0, Math.max(entry.path.lastIndexOf("/"), 0)))) return [];
      if (!rules.isOut(entry.path, false)) return [entry];
      if (holdsSecrets(entry.path)) secrets.push(entry.path);
      return [];
    });
    return { entries, secrets };
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  try {
    await writeEach(handle, chunk, at);
  } catch (error) {
    throw keepingFailure(error);
  }
}

async function writeEach(handle: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.byteLength; ) done += (await handle.write(chunk, done, chunk.byteLength - done, at + done)).bytesWritten;
}
