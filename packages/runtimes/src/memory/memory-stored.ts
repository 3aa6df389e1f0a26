import type { Stored, UnitId } from "@agentpod/core/runtime";
import type { MemoryTree } from "./memory-files.ts";
import type { MemoryWorld } from "./memory-world.ts";

const shortOf = (artifact: string): string => artifact.replace("sha256:", "").slice(0, 12);

/** Remembers that an image was built; again: no effect. Each takes a megabyte. */
export function keepImage(world: MemoryWorld, installation: string, { pod, unit }: UnitId, artifact: string): void {
  const { images } = world.pod(installation, pod);
  const name = `memory-build/${shortOf(artifact)}:${unit}`;
  if (images.has(name)) return;
  const about = { names: [name], pod, builtFrom: shortOf(artifact), bytes: 1024 * 1024 };
  images.set(name, { id: `${pod}/${name}`, ...about, builtAt: new Date().toISOString() });
}

export function storedIn(world: MemoryWorld, installation: string, volumesOf: readonly string[]): Stored {
  const pods = world.podIds(installation).flatMap((id) => world.find(installation, id) ?? []);
  const used = new Set(
    pods.flatMap(({ units }) =>
      [...units.values()].flatMap(({ made }) =>
        made.build ? [`${made.id.pod}/memory-build/${shortOf(made.build.artifact)}:${made.id.unit}`] : [],
      ),
    ),
  );
  return {
    images: pods.flatMap(({ images }) => [...images.values()].map((image) => ({ ...image, isUsed: used.has(image.id) }))),
    volumes: volumesOf.flatMap((id) =>
      [...(world.find(installation, id)?.volumes.values() ?? [])].map(({ id: volume, tree }) => ({ id: volume, bytes: bytesOf(tree) })),
    ),
  };
}

export function removeImageIn(world: MemoryWorld, installation: string, id: string): boolean {
  const found = storedIn(world, installation, []).images.find((image) => image.id === id);
  if (found?.isUsed) return false;
  if (found) for (const name of found.names) world.find(installation, found.pod)?.images.delete(name);
  if (found) world.tidy(installation, found.pod);
  return true;
}

const bytesOf = (tree: MemoryTree): number =>
  [...tree.values()].reduce((sum, entry) => sum + (entry.type === "file" ? entry.body.byteLength : 0), 0);
