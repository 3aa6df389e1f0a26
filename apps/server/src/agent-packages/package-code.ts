import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { packageFolders, packageRoot } from "@agentpod/core/products/agents/agent-package";
import { copyEntry, packed, tarEntries } from "@agentpod/runtimes/docker/tar-entries";
import { pack } from "tar-stream";

export type PackageFiles = Partial<Record<(typeof packageFolders)[number], string | undefined>>;

/**
 * The code of a package's agent: the appliance's own, and the package's folders below one of theirs. The same parts give the
 * same bytes. The stream fails with `invalid` for a name that leads out of its folder and for anything but files and folders.
 */
export function packageCode(appliance: string, files: PackageFiles, open: (digest: string) => Promise<Readable>): Readable {
  const out = pack();
  return packed(out, async () => {
    for await (const entry of tarEntries(await open(appliance))) await copyEntry(entry, out, entry.header);
    for (const folder of packageFolders) {
      const digest = files[folder];
      if (digest === undefined) continue;
      for await (const entry of tarEntries(await open(digest))) {
        const { name, type, mode } = entry.header;
        if (type !== "file" && type !== "directory") throw new AppError("invalid", `${folder}/${name} is neither a file nor a folder.`);
        const inside = confined(name, folder);
        const time = new Date(0);
        if (inside === "") entry.resume();
        else {
          const header = {
            name: `${packageRoot}/${folder}/${inside}`,
            mtime: time,
            mode: type === "file" && (mode ?? 0) & 0o100 ? 0o755 : 0o644,
          };
          if (type === "directory") {
            entry.resume();
            out.entry({ ...header, type: "directory", mode: 0o755 });
          } else await copyEntry(entry, out, { ...entry.header, ...header });
        }
      }
    }
  });
}

/** A name of an archive as a path below its folder; `""` is the folder itself. */
function confined(name: string, folder: string): string {
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..") || name.startsWith("/") || name.includes("\0") || name.includes("\\"))
    throw new AppError("invalid", `${name.slice(0, 200)} leads out of the folder ${folder}.`);
  return parts.join("/");
}
