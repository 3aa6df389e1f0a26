import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, signIn, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("P9 P15 the way in and out", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  beforeAll(async () => {
    dashboard = await startDashboard("memory");
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  it("a wrong password is told in a sentence, in the reader's language", async () => {
    const page = await (await browser.newContext({ baseURL: dashboard.url, locale: "zh-CN" })).newPage();
    await page.goto("/");
    await page.getByLabel("邮箱").fill(dashboard.admin.email);
    await page.getByLabel("密码").fill("not the password");
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByRole("alert").getByText("邮箱或密码不正确。").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.context().close();
  });

  it("who signs in sees the page that was asked for, and no script can read what keeps the session", async () => {
    const page = await (await browser.newContext({ baseURL: dashboard.url, locale: "en-US" })).newPage();
    await page.goto("/templates");
    await page.getByLabel("Email").fill(dashboard.admin.email);
    await page.getByLabel("Password").fill(dashboard.admin.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Templates", level: 1 }).waitFor();
    const seen = (await page.evaluate(
      "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, location.href])",
    )) as string;
    const cookies = await page.context().cookies();
    const session = cookies.filter(({ httpOnly }) => httpOnly);
    expect(session.length).toBeGreaterThan(0);
    for (const { value } of session) expect(seen).not.toContain(value.slice(0, 20));
    await page.context().close();
  });

  it("who signs out is out, in every tab", async () => {
    const context = await dashboard.signedIn(browser);
    const [page, other] = [await context.newPage(), await context.newPage()];
    for (const one of [page, other]) await one.goto("/tenants");
    await other.getByRole("heading", { name: "Tenants", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await other.getByRole("button", { name: "Sign in" }).waitFor();
    await context.close();
  });

  it("theme and language are kept over a reload", async () => {
    const page = await (await browser.newContext({ baseURL: dashboard.url, locale: "en-US", colorScheme: "light" })).newPage();
    await signIn(page, dashboard.admin);
    await page.getByRole("button", { name: "Theme: as the system" }).click();
    await page.getByRole("button", { name: "Theme: light" }).click();
    await page.getByRole("button", { name: "中文" }).click();
    await page.reload();
    await page.getByRole("heading", { name: "总览", level: 1 }).waitFor();
    expect(await page.locator("html").getAttribute("data-theme")).toBe("dark");
    await page.context().close();
  });
});
