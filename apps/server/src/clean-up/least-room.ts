import type { MachineRoom } from "@agentpod/core/admission-check";
import type { Runtime } from "@agentpod/core/runtime";

/** The machine's room, its disk as the fuller one of the home's and that where images and pods lie, as far as it can be seen. */
export function leastRoom(machine: () => Promise<MachineRoom>, runtime: Pick<Runtime, "room">): () => Promise<MachineRoom> {
  return async () => {
    const [own, room] = await Promise.all([machine(), runtime.room().catch(() => null)]);
    return room === null ? own : { ...own, diskFreeMb: Math.min(own.diskFreeMb, Math.floor(room.free / 1024 / 1024)) };
  };
}
