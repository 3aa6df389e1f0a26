import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { refused } from "@agentpod/core/source/refused";
import { extract, type Header, type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";

/** What nobody needs who runs the result: the source's history, and what compilers keep for the next build. */
const leftOut = [/(^|\/)\.git$/, /(^|\/)node_modules\/\.cache$/, /(^|\/)\.next\/cache$/];

const noTime = new Date(0);

export interface ResultLimits {
  bytes: number;
  entries: number;
}

export const resultLimits: ResultLimits = { bytes: 4 * 1024 ** 3, entries: 1_000_000 };

/**
 * A folder as a runtime gave it out (all its entries below one name, or below `./`) as the tar of an artifact: its entries from the top,
 * without times, owners, and what is for the build alone. Fails with `invalid` beyond the limits.
 */
export function resultTar(given: Readable, limits = resultLimits): Readable {
  const out = pack();
  fill(out, given, limits).catch((error: Error) => out.destroy(error));
  return Readable.from(out, { objectMode: false });
}

async function fill(out: Pack, given: Readable, limits: ResultLimits): Promise<void> {
  const entries = extract();
  // A failure of either ends the loop below with it.
  const reading = pipeline(given, entries).catch(() => undefined);
  let bytes = 0;
  let count = 0;
  try {
    for await (const entry of entries) {
      const header = headerOf(entry.header);
      if (header === null) {
        entry.resume();
        continue;
      }
      bytes += header.size ?? 0;
      if (bytes > limits.bytes) throw refused("build", `a result of at most ${Math.floor(limits.bytes / 1024 ** 2)} MB`);
      if (++count > limits.entries) throw refused("build", `a result of at most ${limits.entries} files and folders`);
      const sink = out.entry(header);
      sink.on("error", () => undefined);
      const isDone = new Promise<void>((resolve) => sink.once("finish", resolve).once("close", resolve));
      for await (const chunk of entry) if (!sink.write(chunk)) await drained(sink);
      sink.end(null);
      await isDone;
      if (out.destroyed) return;
    }
    out.finalize();
  } finally {
    given.destroy();
    await reading;
  }
}

/** Null for what is left out. */
function headerOf({ name, type, linkname, mode = 0, size = 0 }: Header): Parameters<Pack["entry"]>[0] | null {
  const path = belowFirst(name);
  const parts = path.split("/");
  const isLeftOut = parts.some((_, i) => leftOut.some((pattern) => pattern.test(parts.slice(0, i + 1).join("/"))));
  if (path === "" || isLeftOut) return null;
  const same = { name: path, mtime: noTime, uid: 0, gid: 0, uname: "", gname: "" };
  if (type === "directory") return { ...same, name: `${path}/`, type, mode: 0o755 };
  if (type === "symlink") return { ...same, type, linkname: linkname ?? "", mode: 0o777 };
  const file = { ...same, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
  // Package managers link equal files.
  if (type === "link") return { ...file, type, linkname: belowFirst(linkname ?? "") };
  return type === "file" || type === "contiguous-file" ? { ...file, type: "file", size } : null;
}

const belowFirst = (name: string): string => name.replace(/\/+$/, "").split("/").slice(1).join("/");
