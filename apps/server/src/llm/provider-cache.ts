import type { LlmProvider } from "@agentpod/core/llm/llm-provider";
import type { Database } from "@agentpod/core/store";

/** A provider with its key, which is for the request to it alone. */
export interface KeyedProvider {
  provider: LlmProvider;
  key: string;
}

/** Providers in memory, as the database has them at the version that is asked for. `own`: those of the environment, always first. */
export function providerCache(database: Database, own: readonly KeyedProvider[]) {
  let kept: { version: string; all: Promise<readonly KeyedProvider[]> } | null = null;
  return {
    at(version: string): Promise<readonly KeyedProvider[]> {
      if (kept?.version === version) return kept.all;
      const all = database.asSystem((store) => store.llmProviders.reveal()).then((stored) => [...own, ...stored]);
      const mine = { version, all };
      kept = mine;
      all.catch(() => {
        if (kept === mine) kept = null;
      });
      return all;
    },
  };
}
