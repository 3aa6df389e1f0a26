import { randomInt } from "node:crypto";
import type { GuestPolicy } from "@agentpod/core/api/access-settings-view";
import type { GuestPodView } from "@agentpod/core/api/guest-view";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { summarizePods } from "../routes/show-pod.ts";
import type { Limit } from "./limited.ts";
import { network } from "./limited.ts";

/** What guests may now. Throws `forbidden` where they may nothing. */
export async function guestPolicy({ logins }: Pick<AppDeps, "logins">): Promise<GuestPolicy> {
  const { guests } = await logins.settings();
  if (guests === null) throw new AppError("forbidden", "visitors may not deploy here; log in");
  return guests;
}

/** A transaction that sees the guests' tenant and nothing else. */
export async function asGuest<T>(
  { database }: Pick<AppDeps, "database">,
  policy: GuestPolicy,
  work: (store: Store, tenant: Tenant) => Promise<T>,
): Promise<T> {
  const tenant = await database.asSystem((store) => store.tenants.get(policy.tenant));
  return database.asTenants([tenant.id], (store) => work(store, tenant));
}

export const guestLimit = (client: string, { perHour }: GuestPolicy): Limit => ({
  key: `guest ${network(client)}`,
  limit: perHour,
  windowSeconds: 3600,
});

const prefix = "guest-";

/** Not to be guessed: the name is all that a guest has to show. */
export function newGuestName(): string {
  const characters = "abcdefghijkmnpqrstuvwxyz23456789";
  return prefix + Array.from({ length: 14 }, () => characters[randomInt(characters.length)]).join("");
}

export const isGuestName = (name: string): boolean => name.startsWith(prefix);

export async function showGuestPod(store: Store, pod: Pod, deps: AppDeps, policy: GuestPolicy): Promise<GuestPodView> {
  const [summary] = await summarizePods(store, [pod], deps);
  if (summary === undefined) throw new AppError("not_found", "this pod is gone");
  const { name, template, phase, message, health, addresses, createdAt } = summary;
  const endsAt = new Date(Date.parse(createdAt) + (pod.spec.ttlSeconds ?? policy.ttlSeconds) * 1000).toISOString();
  return { name, template: template?.name ?? null, phase, message, health, addresses, endsAt };
}
