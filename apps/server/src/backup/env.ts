import { type Home, homeAt } from "@agentpod/host/home";
import { parseSettings } from "@agentpod/host/settings";

/** The environment of the program that works without a server. */
export interface OfflineEnv {
  home: Home;
  /** Null: the embedded PostgreSQL of the home. */
  databaseUrl: string | null;
  masterKeys: Record<string, string | undefined>;
  /** For tests: a file that names where to be killed, see `reconciler/crash-point.ts`. */
  crashFile: string | null;
}

/** Throws `invalid` with all that is wrong. */
export function readOfflineEnv(env: NodeJS.ProcessEnv = process.env): OfflineEnv {
  const settings = parseSettings(env);
  const { AGENTPOD_MASTER_KEY, AGENTPOD_MASTER_KEY_OLDER } = env;
  return {
    home: homeAt(settings.home),
    databaseUrl: settings.databaseUrl,
    masterKeys: { AGENTPOD_MASTER_KEY, AGENTPOD_MASTER_KEY_OLDER },
    crashFile: env.AGENTPOD_CRASH_FILE ?? null,
  };
}
