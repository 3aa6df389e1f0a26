import { statfs } from "node:fs/promises";
import type { DiskRoom } from "@agentpod/core/runtime";

/** The disk on which a path lies; null where there is no such path here. `free` is what anybody may fill. */
export async function diskRoom(path: string): Promise<DiskRoom | null> {
  const disk = await statfs(path).catch(() => null);
  return disk && { free: disk.bavail * disk.bsize, total: disk.blocks * disk.bsize };
}
