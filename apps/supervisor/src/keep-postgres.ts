import { setTimeout as delay } from "node:timers/promises";
import { type EmbeddedPostgres, startEmbedded } from "@agentpod/db/embedded/start-embedded";
import type { Home } from "@agentpod/host/home";

export interface KeptPostgres {
  ownerUrl: string;
  stop(): Promise<void>;
}

const longestRetryMs = 10_000;

/** Starts or takes over this home's PostgreSQL and starts it again whenever it is gone; its address stays the same. */
export async function keepPostgres(home: Home, say: (line: string) => void): Promise<KeptPostgres> {
  let stopping = false;
  let current: EmbeddedPostgres = await startEmbedded(home);

  void (async () => {
    for (let retryMs = 250; !stopping; ) {
      await current.exited;
      if (stopping) return;
      say("PostgreSQL ended; starting it again.");
      try {
        current = await startEmbedded(home);
        retryMs = 250;
      } catch (error) {
        say(`PostgreSQL could not be started: ${error instanceof Error ? error.message : String(error)}`);
        await delay(retryMs);
        retryMs = Math.min(longestRetryMs, retryMs * 2);
      }
    }
  })();

  return {
    ownerUrl: current.ownerUrl,
    async stop() {
      stopping = true;
      await current.stop();
    },
  };
}
