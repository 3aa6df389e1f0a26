import { orphanPods, planOrphans } from "@agentpod/core/plan-orphans";
import type { Observed } from "@agentpod/core/runtime";
import type { World } from "./world.ts";

/** Removes what deleted pods left behind (a crash between effect and row) and gives the pods this database does not know. */
export async function reapOrphans(world: World, observed: Observed, known: ReadonlySet<string>): Promise<string[]> {
  const candidates = orphanPods(observed, known);
  if (candidates.length === 0) return [];
  const { tombstones, back } = await world.database.asSystem(async (store) => ({
    tombstones: await store.pods.tombstones(candidates),
    // A row made since is no orphan.
    back: (await store.pods.facts(candidates)).map((facts) => facts.pod.id),
  }));
  const orphans = planOrphans(observed, new Set([...known, ...back]), tombstones);
  for (const id of orphans.units) {
    world.log.warn({ id }, "removing an instance of a deleted pod");
    await world.runtime.remove(id, 5);
  }
  for (const volume of orphans.volumes) {
    world.log.warn({ volume }, "removing a volume of a deleted pod");
    await world.runtime.removeVolume(volume);
  }
  for (const pod of orphans.pods) await world.runtime.removePod(pod);
  return orphans.unknown;
}
