import { type AccessSettings, accessSettings } from "@agentpod/core/api/access-settings-view";
import type { Store } from "@agentpod/core/store";

const key = "access";

/** Closed, and without guests, unless somebody has said otherwise. System role, or a token for every tenant. */
export async function readAccessSettings(store: Pick<Store, "settings">): Promise<AccessSettings> {
  return accessSettings.parse((await store.settings.find(key)) ?? {});
}

export async function writeAccessSettings(store: Pick<Store, "settings">, settings: AccessSettings, actor: string): Promise<void> {
  await store.settings.set(key, settings, actor);
}
