import type { Database } from "@agentpod/core/store";

type Kept = "docker" | "process" | "memory";

/**
 * The runtime that this installation's pods are on already; null while there are none. An engine that is slow to start after
 * a reboot must not be taken for a machine without one: its pods would all be made again elsewhere, without their data.
 */
export async function runtimeInUse(database: Database): Promise<Kept | null> {
  return database.asSystem(async (store) => {
    const kept = await store.settings.find("runtime");
    if (kept !== "docker" && kept !== "process" && kept !== "memory") return null;
    return (await store.pods.list({})).length > 0 ? kept : null;
  });
}

/** Remembers what was chosen, for the next start. */
export async function keepRuntime(database: Database, kind: string): Promise<void> {
  await database.asSystem(async (store) => {
    if ((await store.settings.find("runtime")) !== kind) await store.settings.set("runtime", kind, "system");
  });
}
