import { roles } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import { readCredentials, writeCredentials } from "@agentpod/host/credentials";
import type { Home } from "@agentpod/host/home";
import { hashToken, newTokenSecret } from "../auth/token-secret.ts";

export interface FirstStart {
  /** Shown once, at the very first start; null later. */
  adminToken: string | null;
}

/** How the installation is reached from this machine, and from outside. */
export interface FrontAddresses {
  url: string;
  publicUrl: string;
}

/**
 * Makes the first admin's token, and the credentials file by which the CLI on this machine needs no login, nor any DNS or
 * proxy that leads here from outside: it may be there to find out what is wrong with these.
 */
export async function firstStart(database: Database, home: Home, { url, publicUrl }: FrontAddresses): Promise<FirstStart> {
  const kept = readCredentials(home.keys);
  const isKnown = kept !== null && (await database.asSystem((store) => store.tokens.findByHash(hashToken(kept.token)))) !== null;
  if (isKnown) {
    if (kept.url !== url || kept.publicUrl !== publicUrl) writeCredentials(home.keys, { ...kept, url, publicUrl });
  } else {
    writeCredentials(home.keys, { url, publicUrl, token: await newAdminToken(database, "cli on this machine") });
  }
  const isFirst = (await database.asSystem((store) => store.settings.find("first-start"))) === null;
  if (!isFirst) return { adminToken: null };
  const adminToken = await newAdminToken(database, "admin");
  await database.asSystem((store) => store.settings.set("first-start", { done: true }, "system"));
  return { adminToken };
}

async function newAdminToken(database: Database, name: string): Promise<string> {
  const secret = newTokenSecret();
  await database.asSystem((store) =>
    store.tokens.insert({ name, tenantId: null, permissions: roles.platform, secretHash: hashToken(secret), expiresAt: null }),
  );
  return secret;
}
