import { posix } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { extract, type Header, pack } from "tar-stream";
import { drained } from "./drained.ts";

/**
 * The same tar with nothing in it that could lead outside the folder it is unpacked into: no absolute name, no `..`, no
 * link that points out, nothing that is written through a link of the same archive, no device or pipe. The stream fails
 * with `invalid` at the first such entry; what came before it may have been unpacked by then. Links that lie in the
 * target folder already are for `leadsOut` to mind: true for an entry's name refuses it. With `any`, links may point anywhere.
 */
export function confinedTar(
  tar: Readable,
  leadsOut: (name: string) => Promise<boolean> = async () => false,
  mayPoint: "inside" | "any" = "inside",
): Readable {
  return Readable.from(confined(tar, leadsOut, mayPoint), { objectMode: false });
}

async function* confined(tar: Readable, leadsOut: (name: string) => Promise<boolean>, mayPoint: "inside" | "any"): AsyncGenerator<Buffer> {
  const entries = extract();
  const out = pack();
  const links = new Set<string>();
  // Runs beside the reading of `out`; a failure ends both.
  const copying = (async () => {
    try {
      tar.on("error", (error) => entries.destroy(error));
      tar.on("data", (chunk) => {
        if (!entries.write(chunk)) tar.pause();
      });
      entries.on("drain", () => tar.resume());
      tar.on("close", () => tar.readableEnded || entries.destroy(new Error("the archive was cut off")));
      tar.on("end", () => entries.end(null));
      for await (const entry of entries) {
        const header = confinedHeader(entry.header, links, mayPoint);
        if (await leadsOut(header.name)) throw refused(entry.header.name, "lies behind a link that leads outside");
        const target = out.entry(header);
        target.on("error", () => {});
        for await (const chunk of entry) {
          if (!target.write(chunk)) await drained(target);
        }
        target.end(null);
      }
      out.finalize();
    } catch (error) {
      out.destroy(error instanceof AppError ? error : new AppError("invalid", "this is no tar archive that can be read", { cause: error }));
    }
  })();
  try {
    for await (const chunk of out) yield chunk as Buffer;
  } finally {
    tar.destroy();
    entries.destroy();
    out.destroy();
    await copying;
  }
}

/** The header under its normalized name, or `invalid`. `links` collects the names of links seen so far. */
export function confinedHeader(header: Header, links: Set<string>, mayPoint: "inside" | "any" = "inside"): Header {
  const name = inside(header.name, header.name);
  for (let at = posix.dirname(name); at !== "."; at = posix.dirname(at)) {
    if (links.has(at)) throw refused(header.name, "lies behind a link");
  }
  switch (header.type ?? "file") {
    case "file":
    case "contiguous-file":
      links.delete(name);
      return { ...header, name, type: "file" };
    case "directory":
      if (links.has(name)) throw refused(header.name, "lies behind a link");
      return { ...header, name, type: "directory" };
    case "symlink": {
      const to = header.linkname ?? "";
      if (mayPoint === "inside") {
        if (posix.isAbsolute(to)) throw refused(header.name, "is a link to an absolute path");
        inside(posix.join(posix.dirname(name), to), header.name);
      }
      links.add(name);
      return { ...header, name };
    }
    case "link": {
      const linkname = inside(header.linkname ?? "", header.name);
      for (let at = linkname; at !== "."; at = posix.dirname(at)) {
        if (links.has(at)) throw refused(header.name, "lies behind a link");
      }
      return { ...header, name, linkname };
    }
    default:
      throw refused(header.name, `is a ${header.type}`);
  }
}

function inside(path: string, shown: string): string {
  const normal = posix.normalize(path).replace(/\/+$/, "") || ".";
  if (path === "" || path.includes("\0") || posix.isAbsolute(path) || normal === ".." || normal.startsWith("../")) {
    throw refused(shown, "leads outside the folder");
  }
  return normal;
}

function refused(name: string, why: string): AppError {
  return new AppError("invalid", `the archive was refused: its entry ${JSON.stringify(name)} ${why}`);
}
