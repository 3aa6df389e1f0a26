import { isIPv6 } from "node:net";
import type { Database } from "@agentpod/core/store";
import { TooManyAttempts } from "../http-error.ts";

/** How often something may be tried, counted over all control planes. */
export interface Limit {
  key: string;
  limit: number;
  windowSeconds: number;
}

/** Counts one more, before it is made, so that many at once are no more than many in a row. Throws `TooManyAttempts` where any limit is reached. */
export async function countAttempt(database: Pick<Database, "asSystem">, limits: readonly Limit[]): Promise<void> {
  const waits = await database.asSystem(async ({ attempts }) => {
    const each: number[] = [];
    for (const { key, limit, windowSeconds } of limits) each.push(await attempts.spend(key, limit, windowSeconds));
    return each;
  });
  const wait = Math.max(...waits);
  if (wait > 0) throw new TooManyAttempts(wait);
}

/** The same for what may fail: an attempt that succeeds does not count. What is tried need not exist. */
export async function limited<T>(database: Pick<Database, "asSystem">, limits: readonly Limit[], work: () => Promise<T>): Promise<T> {
  await countAttempt(database, limits);
  const result = await work();
  await database.asSystem(async ({ attempts }) => {
    for (const { key } of limits) await attempts.refund(key);
  });
  return result;
}

const window = 15 * 60;

/** By address, by address and user, and by user from everywhere: the last is wide, lest strangers lock somebody out. */
export const loginLimits = (client: string, email: string): Limit[] => [
  { key: `login ${network(client)}`, limit: 40, windowSeconds: window },
  { key: `login ${network(client)} ${email}`, limit: 8, windowSeconds: window },
  { key: `login ${email}`, limit: 100, windowSeconds: 3600 },
];

/** For secrets too long to guess, second steps and registrations. */
export const addressLimits = (what: string, client: string, limit = 20): Limit[] => [
  { key: `${what} ${network(client)}`, limit, windowSeconds: window },
];

/** Whoever has one IPv6 address has 2^64 of them. */
export function network(client: string): string {
  if (!isIPv6(client) || client.startsWith("::ffff:")) return client;
  const [head = "", tail = ""] = client.split("::");
  const groups = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const [front = [], back = []] = groups;
  const zeros = client.includes("::") ? Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0") : [];
  return [...front, ...zeros, ...back].slice(0, 4).join(":");
}
