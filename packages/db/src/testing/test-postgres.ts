import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Home, homeAt } from "@agentpod/host/home";
import { startEmbedded } from "../embedded/start-embedded.ts";

export interface TestPostgres {
  /** May make databases and roles: give it to `scratchDatabase`. */
  ownerUrl: string;
  home: Home;
  /** Stops it and removes everything. */
  stop(): Promise<void>;
}

/** A real PostgreSQL of its own in a throw-away home; for the global setup of a test run. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const home = homeAt(mkdtempSync(join("/tmp", "agentpod-test-")));
  const server = await startEmbedded(home);
  return {
    ownerUrl: server.ownerUrl,
    home,
    stop: async () => {
      await server.stop();
      removeHome(home);
    },
  };
}

/** Removes a stopped home, with what lies outside it because other users must walk there. */
export function removeHome(home: Home): void {
  const outside = [home.postgres, home.pods].filter((path) => !path.startsWith(`${home.root}/`)).map(dirname);
  for (const path of [home.root, ...outside]) rmSync(path, { recursive: true, force: true });
}
