import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** Puts a small file system of its own in place of a folder; gives the way to take it off. Only root may. */
export function smallDisk(folder: string, kilobytes: number, mode: string): () => void {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,mode=${mode}`, "tmpfs", folder], { encoding: "utf8" });
  if (mounted.status !== 0) throw new Error(`mount: ${mounted.stderr}`);
  return () => void spawnSync("umount", ["-l", folder]);
}
