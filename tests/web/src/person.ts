import type { TenantRole } from "@agentpod/core/permission";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Dashboard, signIn } from "./dashboard.ts";

/** Somebody with a browser of their own. */
export interface Person {
  email: string;
  password: string;
  context: BrowserContext;
  page: Page;
}

export const password = "correct horse battery";

/** Makes a user with these roles in these tenants, without a browser; gives the user's id. One that a test's first try made is taken. */
export async function makeUser({ installation }: Dashboard, email: string, roles: Record<string, TenantRole> = {}): Promise<string> {
  const client = installation.client();
  const known = (await client.users.list()).find((one) => one.email === email);
  const user = known ?? (await client.users.create({ email, name: email.split("@")[0] ?? email, password })).user;
  for (const [tenant, role] of Object.entries(roles)) await client.members.setRole(tenant, user.id, role);
  await client.close();
  return user.id;
}

/** The same, signed in by the page. */
export async function signedInPerson(
  dashboard: Dashboard,
  browser: Browser,
  email: string,
  roles: Record<string, TenantRole> = {},
): Promise<Person> {
  await makeUser(dashboard, email, roles);
  const context = await browser.newContext({ baseURL: dashboard.url, locale: "en-US" });
  const page = await context.newPage();
  await signIn(page, { email, password });
  return { email, password, context, page };
}

/** What the API answers this page, asked by its own script: with its cookie and its origin. Asked again where this machine's network changed meanwhile. */
export async function askApi(page: Page, method: string, path: string, body?: unknown): Promise<{ status: number; text: string }> {
  const asked = [method, path, body === undefined ? null : JSON.stringify(body)] as const;
  const ask = () =>
    page.evaluate(async ([method, path, body]) => {
      const response = await fetch(`/api/v1${path}`, { method: method as string, ...(body === null ? {} : { body: body as string }) });
      return { status: response.status, text: await response.text() };
    }, asked);
  return ask().catch(ask);
}
