import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("P9 P15 visitors and registration", { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  const stranger = async (locale = "en-US", width = 1280): Promise<Page> =>
    (await browser.newContext({ baseURL: dashboard.url, locale, viewport: { width, height: 844 } })).newPage();
  const set = (settings: Parameters<ReturnType<Dashboard["installation"]["client"]>["access"]["set"]>[0]) =>
    dashboard.installation.client().access.set(settings);
  const guests = { tenant: "demo", templates: ["hello"], ttlSeconds: 600, perHour: 2 };

  beforeAll(async () => {
    dashboard = await startDashboard("process");
    await dashboard.installation.json("tenant", "create", "demo", "--pods", "3");
    browser = await launchBrowser();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  it("where nothing is open, the sign-in page offers neither, and the addresses say so", async () => {
    const page = await stranger();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await expect
      .poll(() => page.evaluate("performance.getEntriesByType('resource').some((one) => one.name.endsWith('/api/v1/login'))"))
      .toBe(true);
    expect(await page.getByRole("link").count()).toBe(0);
    await page.goto("/register");
    await page.getByText("Registration is closed here.").waitFor();
    expect(await page.getByRole("button", { name: "Create an account" }).count()).toBe(0);
    await page.goto("/guest");
    await page.getByText("Visitors may not deploy here.").waitFor();
    expect(await page.getByRole("button", { name: "Deploy" }).count()).toBe(0);
    await page.context().close();
  });

  it("where registration is open, an account is made by the form; what is wrong stands at its field", async () => {
    await set({ registration: "open", guests: null });
    const page = await stranger();
    await page.goto("/");
    await page.getByRole("link", { name: "Create an account" }).click();
    await page.getByLabel("Email").fill("new@example.com");
    await page.getByLabel("Name").fill("Newcomer");
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.locator("form").getByRole("alert").first().waitFor();
    expect(await page.getByLabel("New password").getAttribute("aria-invalid")).toBe("true");
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("New password").fill("a long enough password");
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.locator("#content").waitFor();
    expect((await dashboard.installation.client().users.list()).map((one) => one.email)).toContain("new@example.com");
    await page.context().close();
  });

  it("a visitor deploys a named template without a login, sees its address and its end, and again after a reload", async () => {
    await set({ registration: "closed", guests });
    const page = await stranger();
    await page.goto("/");
    await page.getByRole("link", { name: "Try it without an account" }).click();
    await page.getByRole("radio", { name: /^Hello/ }).waitFor();
    expect(await page.getByRole("radio").count()).toBe(1);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel("Greeting").fill("Hi from a visitor");
    await page.getByRole("button", { name: "Deploy" }).click();
    await page.getByRole("heading", { name: "Your pod" }).waitFor();
    await page.getByText("Running").waitFor({ timeout: 40_000 });
    const address = (await page.getByRole("link", { name: /^http/ }).first().getAttribute("href")) ?? "";
    const { body } = await dashboard.installation.get(new URL(address).hostname);
    expect(body).toContain("Hi from a visitor");
    await page.getByText(/in (9|10) minutes/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload();
    await page.getByRole("link", { name: address }).waitFor();

    // It is a pod of the demo tenant, which ends by itself; the visitor sees nothing else.
    const [pod] = await dashboard.installation.client().pods.list("demo");
    const { spec } = await dashboard.installation.client().pods.get("demo", pod?.name ?? "");
    expect(spec.ttlSeconds).toBe(600);
    expect((await page.request.get("/api/v1/pods")).status()).toBe(401);

    await dashboard.installation.json("pod", "delete", `demo/${pod?.name}`, "--yes", "--wait");
    await page.getByText("Your pod is gone").waitFor();
    await page.getByRole("button", { name: "Deploy another one" }).click();
    await page.getByRole("heading", { name: "Try AgentPod" }).waitFor();
    await page.context().close();
  });

  it("in Chinese on a small screen; over the limit a sentence says so", async () => {
    const page = await stranger("zh-CN", 390);
    await page.goto("/guest");
    for (let i = 0; i < 2; i++) {
      await page.getByRole("radio").first().waitFor();
      await page.getByRole("button", { name: "部署" }).click();
      if (i === 0) {
        await page.getByRole("heading", { name: "你的 Pod" }).waitFor();
        expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        expect(await seriousFindings(page)).toEqual([]);
        await page.getByRole("button", { name: "再部署一个" }).click();
      }
    }
    // The first visitor's pod counts, too: they come from one address.
    await page
      .getByRole("alert")
      .getByText(/\d+ (s|秒)/)
      .waitFor();
    await page.context().close();
  });
});
