import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stored } from "@agentpod/core/runtime";
import type { ProcessContext } from "./context.ts";
import { findPod, listVolumes } from "./pods.ts";

const run = promisify(execFile);
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** What the volumes of pods take on the disk, a file with several names once. One that cannot be measured is left out. */
export async function measureVolumes(context: ProcessContext, pods: readonly string[]): Promise<Stored["volumes"]> {
  const found: Stored["volumes"] = [];
  for (const id of pods.filter((pod) => findPod(context, pod)).flatMap((pod) => listVolumes(context, pod))) {
    const bytes = await folderBytes(context.paths.volume(id));
    if (bytes !== null) found.push({ id, bytes });
  }
  return found;
}

async function folderBytes(path: string): Promise<number | null> {
  // What goes while it is counted makes it end with 1, after it has said how much there is.
  const { stdout } = await run("du", ["-sk", "--", path], { env, timeout: 60_000 }).catch((error: { stdout?: string }) => ({
    stdout: error.stdout ?? "",
  }));
  const kilobytes = /^(\d+)\s/.exec(stdout)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
