import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "@agentpod/core/errors";
import type { Client } from "./answers.ts";

/** Asks again while the agent is at work: one that has just begun may be for some seconds. */
export async function putToSleep(client: Client, tenant: string, pod: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const isTaken = await client.pods.sleep(tenant, pod).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === "conflict") return false;
        throw error;
      },
    );
    if (isTaken) return;
    await delay(500);
  }
  throw new Error(`${tenant}/${pod} was at work for too long`);
}
