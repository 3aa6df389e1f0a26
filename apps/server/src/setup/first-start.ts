import { randomInt } from "node:crypto";
import { roles } from "@agentpod/core/permission";
import type { Database } from "@agentpod/core/store";
import { readCredentials, writeCredentials } from "@agentpod/host/credentials";
import type { Home } from "@agentpod/host/home";
import { hashToken, newTokenSecret } from "../auth/token-secret.ts";
import { hashPassword } from "../users/hash-password.ts";

export interface FirstStart {
  /** Shown once, when the first admin is made; null later. */
  admin: { email: string; password: string } | null;
}

export interface FirstStartOptions {
  database: Database;
  home: Home;
  /** How the installation is reached from this machine, and from outside. */
  front: { url: string; publicUrl: string };
  adminEmail: string;
}

const done = "first-admin";

/**
 * Makes the first admin, and the credentials file by which the CLI on this machine needs no login, nor any DNS or proxy
 * that leads here from outside: it may be there to find out what is wrong with these.
 */
export async function firstStart({ database, home, front, adminEmail }: FirstStartOptions): Promise<FirstStart> {
  await keepCliCredentials(database, home, front);
  const isFirst = await database.asSystem(async (store) => (await store.settings.find(done)) === null);
  if (!isFirst) return { admin: null };
  const password = newPassword();
  const passwordHash = await hashPassword(password);
  const made = await database.asSystem(async (store) => {
    // Several control planes may start at once: the one whose row is there first has made the admin.
    if (!(await store.settings.claim(done, { email: adminEmail }, "system"))) return false;
    if ((await store.users.findByEmail(adminEmail)) !== null) return false;
    const user = await store.users.insert({ name: "Admin", email: adminEmail, passwordHash, platformAdmin: true, vouched: true });
    const nothing = { tenantId: null, tenant: null, pod: null, podId: null, source: null };
    const message = `user ${adminEmail} created as admin of the installation`;
    await store.events.append({ ...nothing, type: "user.created", actor: "system", result: "ok", message, data: { user: user.id } });
    return true;
  });
  return { admin: made ? { email: adminEmail, password } : null };
}

async function keepCliCredentials(database: Database, home: Home, { url, publicUrl }: FirstStartOptions["front"]): Promise<void> {
  const kept = readCredentials(home.keys);
  const isKnown = kept !== null && (await database.asSystem((store) => store.tokens.findByHash(hashToken(kept.token)))) !== null;
  if (isKnown) {
    if (kept.url !== url || kept.publicUrl !== publicUrl) writeCredentials(home.keys, { ...kept, url, publicUrl });
    return;
  }
  const secret = newTokenSecret();
  await database.asSystem((store) =>
    store.tokens.insert({
      name: "cli on this machine",
      tenantId: null,
      permissions: roles.platform,
      secretHash: hashToken(secret),
      expiresAt: null,
    }),
  );
  writeCredentials(home.keys, { url, publicUrl, token: secret });
}

/** 20 characters that are not taken for one another: 100 bits, in groups for those who type them. */
function newPassword(): string {
  const characters = "abcdefghijkmnpqrstuvwxyz23456789";
  const group = () => Array.from({ length: 5 }, () => characters[randomInt(characters.length)]).join("");
  return [group(), group(), group(), group()].join("-");
}
