import { readFile, statfs } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import type { MachineRoom } from "@agentpod/core/admission-check";

const mebi = 1024 * 1024;

/** What is free on this machine, in MiB: memory that can be had without swapping, and disk where the home lies. */
export async function machineFree(path: string): Promise<MachineRoom> {
  const disk = await statfs(path);
  return {
    memoryFreeMb: Math.floor((await memoryFree()) / mebi),
    diskFreeMb: Math.floor((disk.bavail * disk.bsize) / mebi),
    memoryTotalMb: Math.floor(totalmem() / mebi),
  };
}

async function memoryFree(): Promise<number> {
  // Node's figure leaves out what the page cache would give back.
  const info = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec(info)?.[1];
  return available ? Number(available) * 1024 : freemem();
}
