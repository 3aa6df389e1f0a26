import { setTimeout as delay } from "node:timers/promises";
import { type Deployment, isDeploymentEnded } from "@agentpod/core/deployment";
import { relevantLines } from "@agentpod/core/products/code/relevant-lines";
import type { Database } from "@agentpod/core/store";
import type { EventFeed } from "../routes/event-feed.ts";

export interface Telling {
  database: Pick<Database, "asTenants">;
  feed: Pick<EventFeed, "subscribe">;
  /** Whose rows are seen. */
  tenants: "*" | readonly string[];
  /** Whether lines of what failed may be shown. */
  showsLog: boolean;
  /** One line for who pushed. */
  say(line: string): void;
  /** Nothing happened for a while. */
  stay(): void;
  signal: AbortSignal;
}

const againMs = 2000;

/** Tells a deployment's steps until it has ended, and what came of it; ends early with the signal, the deployment goes on. */
export async function tellDeployment(id: string, { database, feed, tenants, showsLog, say, stay, signal }: Telling): Promise<void> {
  const told = new Set<string>();
  let wake: () => void = () => undefined;
  const unsubscribe = feed.subscribe(() => wake());
  try {
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const { deployment, steps } = await database.asTenants(tenants, async (store) => {
        const found = await store.deployments.get(id);
        return { deployment: found, steps: found.operationId === null ? [] : await store.operations.steps(found.operationId) };
      });
      for (const { seq, name, message } of steps) {
        const line = `${name}: ${message}`;
        if (told.has(`${seq} ${line}`)) continue;
        told.add(`${seq} ${line}`);
        say(line);
      }
      if (isDeploymentEnded(deployment.state)) {
        const log =
          showsLog && deployment.state === "failed" ? await database.asTenants(tenants, (store) => store.deployments.log(id)) : "";
        for (const line of endOf(deployment, log)) say(line);
        return;
      }
      await Promise.race([woken, delay(againMs, undefined, { signal, ref: false }).catch(() => undefined)]);
      stay();
    }
  } finally {
    unsubscribe();
  }
}

function endOf({ tenant, name, number, state, step, message }: Deployment, log: string): string[] {
  if (state === "succeeded") return [`Deployment ${number}: ${message}`];
  return [
    ...relevantLines(log, step).map((line) => `  ${line}`),
    `Deployment ${number} ${state}: ${message}`,
    "The push was taken all the same; what served before serves on.",
    `More: agentpod deployment status ${tenant}/${name} --number ${number}`,
  ];
}
