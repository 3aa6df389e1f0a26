import { Readable } from "node:stream";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Runtime } from "@agentpod/core/runtime";
import { pack } from "tar-stream";
import { firstEntry } from "./first-entry.ts";
import { type AskedFile, findFile } from "./pod-folder.ts";

/** Makes one folder, owned as the one that it lies in; gives the unit's name. Throws `conflict` where something is there already. */
export async function makeFolder(runtime: Runtime, pod: Pod, asked: AskedFile): Promise<string> {
  const { id, place, parent, name } = findFile(pod, asked);
  const taken = new AppError("conflict", `there is a ${asked.path} already`);
  if (parent === null) throw taken;
  const folder = await runtime.locate(id, parent);
  const isThere = await runtime.locate(id, place).then(
    () => true,
    (error: unknown) => {
      // A link is something, too.
      if (toAppError(error).code === "invalid") return true;
      if (toAppError(error).code === "not_found") return false;
      throw error;
    },
  );
  if (isThere) throw taken;
  const { header, close } = await firstEntry(await runtime.readFiles(id, folder));
  close();
  const tar = pack();
  tar.entry({ name, type: "directory", mode: 0o755, mtime: new Date(), uid: header.uid ?? 0, gid: header.gid ?? 0 });
  tar.finalize();
  await runtime.writeFiles(id, folder, Readable.from(tar, { objectMode: false }));
  return id.unit;
}
