import type { TenantRole } from "@agentpod/core/permission";
import { apiBase } from "../src/app.ts";
import { hashPassword } from "../src/users/hash-password.ts";
import type { ApiRig } from "./api-rig.ts";

export const password = "correct horse battery";

/** A user with a membership or as admin of the installation; gives the user's id. */
export async function newUser(
  rig: ApiRig,
  email: string,
  role: { tenant: string; role: TenantRole } | "admin" | null = null,
): Promise<string> {
  const passwordHash = await hashPassword(password);
  return rig.deps.database.asSystem(async (store) => {
    const user = await store.users.insert({ name: email, email, passwordHash, platformAdmin: role === "admin", vouched: true });
    if (role !== null && role !== "admin") await store.members.put((await store.tenants.get(role.tenant)).id, user.id, role.role);
    return user.id;
  });
}

export interface LoginAnswered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at as it comes
  body: any;
  headers: Headers;
}

/** One request as a program or browser makes it. */
export async function ask(
  rig: Pick<ApiRig, "url">,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown } = {},
): Promise<LoginAnswered> {
  const response = await fetch(`${rig.url}${apiBase}${path}`, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
  };
}

/** As a program: the answer's token is for `Authorization`. */
export const logIn = (rig: Pick<ApiRig, "url">, email: string, given = password, headers: Record<string, string> = {}) =>
  ask(rig, "POST", "/login", { body: { email, password: given }, headers });

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** As a browser: what it sends with its next requests. */
export async function browse(rig: ApiRig, email: string): Promise<Record<string, string>> {
  const { status, body, headers } = await logIn(rig, email, password, { origin: rig.url });
  const cookie = headers.getSetCookie()[0]?.split(";")[0];
  if (status !== 200 || cookie === undefined) throw new Error(`the login of ${email} failed: ${JSON.stringify(body)}`);
  return { cookie, origin: rig.url };
}

/** The newest events of the installation, by type. */
export async function eventsOf(
  rig: ApiRig,
  type: string,
): Promise<{ actor: string; message: string; source: string | null; data: Record<string, unknown> }[]> {
  const events = await rig.deps.database.asSystem((store) => store.events.latest({}, 200));
  return events.filter((event) => event.type === type);
}
