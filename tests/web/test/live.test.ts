import type { PodSummary } from "@agentpod/core/api/pod-view";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("P15 P3 P5 live, through failures and in numbers", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    dashboard = await startDashboard("memory");
    await dashboard.installation.json("tenant", "create", "acme");
    await dashboard.installation.json("pod", "create", "acme/web", "--template", "hello", "--wait");
    browser = await launchBrowser();
    context = await dashboard.signedIn(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  it("a page that was open while the server was killed goes on without a reload, and misses nothing", async () => {
    const page = await context.newPage();
    await page.goto("/pods");
    await page.getByRole("link", { name: "acme/web" }).waitFor();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await page.evaluate("window.sameDocument = true");
    dashboard.installation.kill("server");
    await page.getByRole("status").getByText("Reconnecting").waitFor();
    await expect
      .poll(async () => (await dashboard.installation.cli("pod", "create", "acme/later", "--template", "hello")).code, { timeout: 60_000 })
      .toBe(0);
    await page.getByRole("link", { name: "acme/later" }).waitFor();
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    expect(await page.evaluate("window.sameDocument")).toBe(true);
    await page.close();
  });

  it("asks the API nothing while nothing happens", async () => {
    const page = await context.newPage();
    await page.goto("/");
    await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Recent events" }).waitFor();
    await page.waitForLoadState("load");
    const asked: string[] = [];
    // What the opening of the stream asks again has been asked by then.
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 1500))");
    page.on("request", (request) => asked.push(request.url()));
    await page.evaluate("new Promise((resolve) => setTimeout(resolve, 4000))");
    expect(asked).toEqual([]);
    await page.close();
  });

  it("a thousand pods are a table of which the rows in sight are there", async () => {
    const page = await context.newPage();
    await page.route(/\/api\/v1\/pods$/, async (route) => {
      const response = await route.fetch();
      const [one] = (await response.json()) as PodSummary[];
      const many = Array.from({ length: 1000 }, (_, i) => ({ ...one, id: `pod-${i}`, name: `pod-${String(i).padStart(4, "0")}` }));
      await route.fulfill({ response, json: many });
    });
    await page.goto("/pods");
    const table = page.getByRole("table", { name: "Pods" });
    await table.getByRole("link", { name: "acme/pod-0000" }).waitFor();
    expect(await table.getAttribute("aria-rowcount")).toBe("1001");
    expect(await table.getByRole("row").count()).toBeLessThan(80);
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)");
    await table.getByRole("link", { name: "acme/pod-0999" }).waitFor();
    expect(await table.getByRole("row").count()).toBeLessThan(80);
    await page.getByRole("searchbox", { name: "Filter pods" }).fill("0512");
    await page.getByText("1 of 1000").waitFor();
    await table.getByRole("link", { name: "acme/pod-0512" }).waitFor();
    await page.getByRole("searchbox", { name: "Filter pods" }).fill("");
    await page.evaluate("window.scrollTo(0, 0)");
    await table.getByRole("button", { name: "Pod" }).click();
    await table.getByRole("link", { name: "acme/pod-0999" }).waitFor();
    await page.close();
  });
});
