import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Installation, makeInstallation, root } from "@agentpod/e2e/installation";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

/** A whole AgentPod with its dashboard. */
export interface Dashboard {
  installation: Installation;
  url: string;
  admin: { email: string; password: string };
  /** A browser of its own that is signed in as the first admin. */
  signedIn(browser: Browser, options?: BrowserContextOptions): Promise<BrowserContext>;
  destroy(): Promise<void>;
}

export async function startDashboard(
  runtime: "process" | "docker" | "memory",
  environment: Record<string, string> = {},
): Promise<Dashboard> {
  await buildDashboard();
  const installation = await makeInstallation(runtime, {
    AGENTPOD_DASHBOARD: "on",
    AGENTPOD_ADMIN_EMAIL: "admin@example.com",
    ...environment,
  });
  await installation.start();
  // The announcement goes on after the line that says that it is ready.
  const admin = await said(installation);
  const url = `http://localhost:${installation.port}`;
  return {
    installation,
    url,
    admin,
    async signedIn(browser, options = {}) {
      const context = await browser.newContext({ baseURL: url, locale: "en-US", ...options });
      const page = await context.newPage();
      await signIn(page, admin);
      await page.close();
      return context;
    },
    destroy: installation.destroy,
  };
}

/** Goes through the sign-in page, as a person does. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto("/");
  // Until the dashboard is built its place is kept by a page that says so.
  await page.locator("input[type=password]").waitFor({ timeout: 240_000 });
  const isChinese = await page.locator("html[lang=zh]").count();
  await page.getByLabel(isChinese ? "邮箱" : "Email").fill(email);
  await page.getByLabel(isChinese ? "密码" : "Password").fill(password);
  await page.getByRole("button", { name: isChinese ? "登录" : "Sign in" }).click();
  await page.locator("#content").waitFor();
}

/** Builds what is not built yet; nothing when the sources are as they were. */
async function buildDashboard(): Promise<void> {
  const child = spawn(process.execPath, [join(root, "apps/web/build/main.ts")], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error("the dashboard could not be built");
}

async function said({ output }: Installation): Promise<Dashboard["admin"]> {
  for (const until = Date.now() + 10_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const email = /email\s+(\S+@\S+)/.exec(output())?.[1];
    const password = /password\s+(\S+)/.exec(output())?.[1];
    if (email !== undefined && password !== undefined) return { email, password };
  }
  throw new Error(`npm start printed no login:\n${output()}`);
}
