import { posix } from "node:path";
import type { Readable } from "node:stream";
import { pack } from "tar-stream";
import { confinedTar } from "../confined-tar.ts";
import { copyEntry, packed, tarEntries } from "./tar-entries.ts";

export interface Owner {
  uid: number;
  gid: number;
}

/**
 * A code artifact as the engine unpacks it into `folder`: every entry below `prefix` (a relative path, possibly empty,
 * whose folders are made), owned by the user the unit runs as. Entries that lead outside fail the stream with `invalid`.
 */
export function codeTar(artifact: Readable, prefix: string, owner: Owner): Readable {
  const out = pack();
  const ids = { uid: owner.uid, gid: owner.gid, uname: "", gname: "" };
  return packed(out, async () => {
    const parts = prefix.split("/").filter((part) => part !== "");
    parts.forEach((_part, i) => {
      out.entry({ name: `${parts.slice(0, i + 1).join("/")}/`, type: "directory", mode: 0o755, ...ids });
    });
    for await (const entry of tarEntries(confinedTar(artifact))) {
      const { header } = entry;
      // The folder itself is there already, with its own mode.
      if (posix.normalize(header.name).replace(/\/$/, "") === ".") entry.resume();
      else {
        const link = header.type === "link" && { linkname: posix.join(prefix, header.linkname ?? "") };
        await copyEntry(entry, out, { ...header, name: posix.join(prefix, header.name), ...link, ...ids });
      }
    }
  });
}
