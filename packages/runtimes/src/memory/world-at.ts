import { MemoryWorld } from "./memory-world.ts";

const worlds = new Map<string, MemoryWorld>();

/** The world of a state directory, one per directory for as long as this process lives. */
export function worldAt(stateDir: string): MemoryWorld {
  const world = worlds.get(stateDir) ?? new MemoryWorld();
  worlds.set(stateDir, world);
  return world;
}
