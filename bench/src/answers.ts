import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@agentpod/client/create-client";
import type { Installation } from "@agentpod/e2e/installation";
import { readCredentials } from "@agentpod/host/credentials";
import { request } from "undici";

/** Resolves at the first 200; asks every few milliseconds, which is the resolution of what is measured by it. */
export async function answers(url: string, host: string): Promise<void> {
  for (let tries = 0; tries < 12_000; tries++) {
    const answer = await request(url, { headers: { host } }).catch(() => null);
    await answer?.body.dump();
    if (answer?.statusCode === 200) return;
    await delay(5);
  }
  throw new Error(`${url} (${host}) did not answer`);
}

export type Client = ReturnType<typeof createClient>;

/** A client of an installation on this machine, as its admin. */
export function clientOf(installation: Installation): Client {
  const credentials = readCredentials(installation.home.keys);
  if (!credentials) throw new Error("no credentials in the home");
  return createClient({ baseUrl: `http://127.0.0.1:${installation.port}`, token: credentials.token });
}
