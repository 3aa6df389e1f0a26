import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

let dashboard: Dashboard;
let browser: Browser;
beforeAll(async () => {
  [dashboard, browser] = await Promise.all([startDashboard("memory"), launchBrowser()]);
  const client = dashboard.installation.client();
  await client.tenants.create({ name: "acme" });
  for (const name of ["web-1", "web-2", "other"]) await client.pods.create("acme", { name, template: "hello" });
  await client.close();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await dashboard?.destroy();
}, 120_000);

describe("P15 a dashboard on a slow machine", () => {
  it("no letter that is typed into a filter is lost, and going back shows what the address says", async () => {
    const context = await dashboard.signedIn(browser);
    const page = await context.newPage();
    await page.goto("/pods");
    const search = page.getByRole("searchbox");
    await search.waitFor();
    await (await context.newCDPSession(page)).send("Emulation.setCPUThrottlingRate", { rate: 20 });
    await search.pressSequentially("acme/web-1");
    await page.locator("search [role=status]").getByText("1 of 3").waitFor();
    expect(await search.inputValue()).toBe("acme/web-1");
    expect(new URL(page.url()).searchParams.get("q")).toBe("acme/web-1");
    await page.locator('aside a[href="/pods"]').last().click();
    await page.locator("search [role=status]").getByText("3 of 3").waitFor();
    expect(await search.inputValue()).toBe("");
    await page.goBack();
    await page.locator("search [role=status]").getByText("1 of 3").waitFor();
    expect(await search.inputValue()).toBe("acme/web-1");
    await context.close();
  }, 120_000);
});
