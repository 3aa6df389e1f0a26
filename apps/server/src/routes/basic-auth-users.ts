import { invalidInput, parseInput } from "@agentpod/core/draft-issues";
import type { Issue } from "@agentpod/core/errors";
import type { PodSpec } from "@agentpod/core/pod-spec";
import { passwordHashOf } from "@agentpod/host/password-hash";
import { z } from "zod";

/** What stands for a password hash wherever a spec is shown, and for "as it is" where one is given. */
export const hiddenHash = "***";

/** More new passwords in one request would keep the machine busy for too long. */
const mostPasswords = 50;

const password = z
  .string("text")
  .min(1)
  .max(1000)
  .refine((text) => !/\p{Cc}/u.test(text), "a password without control characters");

type Json = Record<string, unknown>;
interface User {
  user: Json;
  /** Position of its route; a list of users that stands alone is of route 0. */
  route: number;
  path: string;
}

/** A spec, or anything with routes like one, in which no password hash is to be seen. */
export function hidePasswords<S>(spec: S): S {
  return changed(spec, usersIn(spec), (user) => (typeof user.passwordHash === "string" ? { ...user, passwordHash: hiddenHash } : user));
}

/** A spec as it was sent, plain passwords replaced by their hashes. Throws `invalid` for one that cannot be. Slow by design. */
export async function hashPasswords(spec: unknown): Promise<unknown> {
  const given = usersIn(spec).filter(({ user }) => user.password !== undefined);
  if (given.length > mostPasswords)
    throw invalidInput([{ path: "spec.routes", expected: `at most ${mostPasswords} new passwords in one request` }]);
  const hashes = new Map<Json, string>();
  for (const { user, path } of given) hashes.set(user, await passwordHashOf(parseInput(password, user.password, `${path}.password`)));
  return changed(spec, given, ({ password: _plain, ...user }, key) => ({ ...user, passwordHash: hashes.get(key) }));
}

/**
 * A spec whose users without a password, or with `***`, have the hash that the pod's spec has for that name: in the same
 * route, else in any. Throws `invalid` where there is none.
 */
export function keepPasswords(spec: unknown, previous: PodSpec | null): unknown {
  const asked = usersIn(spec).filter(({ user }) => user.passwordHash === undefined || user.passwordHash === hiddenHash);
  const issues: Issue[] = [];
  const kept = new Map<Json, string>();
  for (const { user, route, path } of asked) {
    const hash = storedHash(previous, route, user.name);
    if (hash === undefined) issues.push({ path: `${path}.password`, expected: "a password, for none is stored for this user" });
    else kept.set(user, hash);
  }
  if (issues.length > 0) throw invalidInput(issues);
  return changed(spec, asked, (user, key) => ({ ...user, passwordHash: kept.get(key) }));
}

function storedHash(previous: PodSpec | null, route: number, name: unknown): string | undefined {
  const routes = previous?.routes ?? [];
  const [same, others] = [routes.slice(route, route + 1), routes];
  return [...same, ...others].flatMap((one) => one.policies?.basicAuth?.users ?? []).find((user) => user.name === name)?.passwordHash;
}

/** Every user of a basic authentication, as far as the thing looks like a spec. */
function usersIn(spec: unknown): User[] {
  return listOf(part(spec, "routes")).flatMap((route, i) =>
    listOf(part(part(part(route, "policies"), "basicAuth"), "users")).flatMap((user, j) =>
      isObject(user) ? [{ user, route: i, path: `spec.routes[${i}].policies.basicAuth.users[${j}]` }] : [],
    ),
  );
}

/** A copy in which these users are replaced. */
function changed<S>(spec: S, users: readonly User[], change: (user: Json, key: Json) => Json): S {
  if (users.length === 0) return spec;
  const chosen = new Set(users.map(({ user }) => user));
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (!isObject(value)) return value;
    const object = chosen.has(value) ? change(value, value) : value;
    return Object.fromEntries(Object.entries(object).map(([key, entry]) => [key, copy(entry)]));
  };
  return copy(spec) as S;
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const part = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
