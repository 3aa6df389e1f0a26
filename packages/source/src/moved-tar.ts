import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract, type Pack, pack } from "tar-stream";
import { drained } from "./drained.ts";

export interface TarPart {
  tar: Readable;
  /** An entry's new path, without a slash at its end; null leaves it out. */
  place(path: string): string | null;
}

/** Parts one after another as one tar, with entries at other places. Hard links go with what they name; one whose file is left out is, too. */
export function movedTar(parts: readonly TarPart[]): Readable {
  const out = pack();
  const fill = async (): Promise<void> => {
    const folders = new Set<string>();
    for (const part of parts) await copy(out, part, folders);
    out.finalize();
  };
  fill().catch((error: Error) => out.destroy(error));
  return Readable.from(out, { objectMode: false });
}

/** The entries of a folder, from the top; those of the top itself for "". */
export const belowFolder =
  (folder: string) =>
  (path: string): string | null => {
    if (folder === "") return path;
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : null;
  };

async function copy(out: Pack, { tar, place }: TarPart, folders: Set<string>): Promise<void> {
  const entries = extract();
  // A failure of either ends the loop below with it.
  const reading = pipeline(tar, entries).catch(() => undefined);
  const placed = (name: string): string | null => {
    const path = name.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
    return path === "" || path === "." ? null : place(path);
  };
  try {
    for await (const entry of entries) {
      const { name, type, linkname } = entry.header;
      const path = placed(name);
      const target = type === "link" ? placed(linkname ?? "") : (linkname ?? null);
      const isTwice = type === "directory" && path !== null && folders.has(path);
      if (path === null || path === "" || (type === "link" && target === null) || isTwice) {
        entry.resume();
        continue;
      }
      if (type === "directory") folders.add(path);
      const { pax: _pax, ...header } = entry.header;
      const sink = out.entry({ ...header, name: type === "directory" ? `${path}/` : path, ...(target !== null && { linkname: target }) });
      sink.on("error", () => undefined);
      const isDone = new Promise<void>((resolve) => sink.once("finish", resolve).once("close", resolve));
      for await (const chunk of entry) if (!sink.write(chunk)) await drained(sink);
      sink.end(null);
      await isDone;
      if (out.destroyed) return;
    }
  } finally {
    tar.destroy();
    await reading;
  }
}
