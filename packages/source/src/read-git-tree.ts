import { once } from "node:events";
import { tooLarge, tooMany } from "@agentpod/core/source/beyond-limits";
import { printable } from "@agentpod/core/source/printable";
import { refused } from "@agentpod/core/source/refused";
import type { SourceLimits } from "@agentpod/core/source/source-limits";
import { byteReader } from "./byte-reader.ts";
import type { EntrySpool } from "./entry-spool.ts";
import { type GitBounds, startGit } from "./run-git.ts";

/** How a file begins that stands for one of Git LFS. */
const lfsPointer = "version https://git-lfs";

interface TreeEntry {
  mode: string;
  object: string;
  bytes: number;
  path: string;
}

/** Puts every file of a commit into the spool; returns what its owner should know. */
export async function readGitTree(commit: string, bounds: GitBounds, spool: EntrySpool, limits: SourceLimits): Promise<string[]> {
  const found = await listTree(commit, bounds, limits);
  const notices: string[] = [];
  const modules = found.filter(({ mode }) => mode === "160000");
  if (modules.length > 0) notices.push(`Submodules are not fetched: ${shown(modules)}.`);
  const files = found.filter(({ mode }) => mode !== "160000");
  const pointers: TreeEntry[] = [];
  const git = startGit(["cat-file", "--batch"], bounds);
  const reader = byteReader(git.stdout);
  try {
    for (const file of files) {
      if (!git.stdin.write(`${file.object}\n`)) await Promise.race([once(git.stdin, "drain"), git.ended]);
      const [, kind, size] = (await reader.line()).split(" ");
      if (kind !== "blob" || Number(size) !== file.bytes) throw new Error(`an object of git that is no file: ${kind}`);
      const kept: Buffer[] = [];
      const content = file.bytes <= 1024 ? copied(reader.part(file.bytes), kept) : reader.part(file.bytes);
      if (file.mode === "120000") {
        if (file.bytes > limits.pathBytes) throw refused(file.path, `a link to a path of at most ${limits.pathBytes} bytes`);
        for await (const _ of content);
        spool.addLink(file.path, Buffer.concat(kept).toString("utf8"));
      } else await spool.addFile({ path: file.path, isExecutable: file.mode === "100755" }, content);
      await reader.line();
      if (Buffer.concat(kept).toString("latin1").startsWith(lfsPointer)) pointers.push(file);
    }
    git.stdin.end();
    await git.ended;
  } catch (error) {
    git.stdin.destroy();
    git.stdout.destroy();
    await git.ended;
    throw error;
  }
  if (pointers.length > 0) notices.push(`Kept by Git LFS, whose contents are not fetched: ${shown(pointers)}.`);
  return notices;
}

async function* copied(part: AsyncIterable<Buffer>, into: Buffer[]): AsyncGenerator<Buffer> {
  for await (const chunk of part) {
    into.push(Buffer.from(chunk));
    yield chunk;
  }
}

/** Names and sizes first: what is too much is known before anything of it is kept. */
async function listTree(commit: string, bounds: GitBounds, limits: SourceLimits): Promise<TreeEntry[]> {
  const git = startGit(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], bounds);
  git.stdin.end();
  const found: TreeEntry[] = [];
  let rest = Buffer.alloc(0);
  let total = 0;
  try {
    for await (const chunk of git.stdout) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        const match = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(rest.subarray(0, end).toString("utf8"));
        rest = rest.subarray(end + 1);
        if (match === null) throw refused("url", "a repository whose files have names");
        const [, mode = "", object = "", size = "0", path = ""] = match;
        total += Number(size) || 0;
        if (found.length >= limits.entries) throw tooMany(path, limits);
        if (total > limits.bytes) throw tooLarge(path, limits);
        found.push({ mode, object, bytes: Number(size) || 0, path });
      }
    }
  } finally {
    git.stdout.destroy();
    await git.ended;
  }
  return found;
}

const shown = (entries: readonly TreeEntry[]): string =>
  entries
    .slice(0, 10)
    .map(({ path }) => printable(path))
    .join(", ") + (entries.length > 10 ? " …" : "");
