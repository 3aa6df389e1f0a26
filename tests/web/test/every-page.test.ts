import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { everyPage } from "../src/every-page.ts";
import { furnish } from "../src/furnish.ts";

describe.skipIf(browserProgram === null)("P15 every page", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  const contexts: Partial<Record<string, BrowserContext>> = {};
  const errors: string[] = [];

  /** A browser of a language, a size and a theme; signed in once. */
  async function pageIn(locale: "en" | "zh", width: number) {
    const key = `${locale} ${width}`;
    contexts[key] ??= await dashboard.signedIn(browser, {
      locale: locale === "zh" ? "zh-CN" : "en-US",
      viewport: { width, height: 844 },
      colorScheme: width < 500 ? "dark" : "light",
    });
    const page = await (contexts[key] as BrowserContext).newPage();
    page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      // The policy's refusals, texts that are missing, wrong markup; not that this machine's network changed meanwhile.
      if (message.type() === "error" && !message.text().includes("ERR_NETWORK_CHANGED")) errors.push(`${page.url()}: ${message.text()}`);
    });
    return page;
  }
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    await furnish(dashboard.installation);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  describe.each([
    ["en", 1440],
    ["zh", 390],
  ] as const)("in %s at %i px", (locale, width) => {
    it.each(everyPage.map((one) => [one.path, one] as const))("%s", async (path, expected) => {
      const page = await pageIn(locale, width);
      await page.goto(path);
      await page.getByRole("heading", { name: expected[locale], level: path.includes("nowhere") ? 2 : 1 }).waitFor();
      await expect.poll(() => page.getByRole("status", { name: /^(Loading|正在加载)$/ }).count(), { timeout: 20_000 }).toBe(0);
      expect(await page.locator("html").getAttribute("lang")).toBe(locale);
      expect(await page.title()).toMatch(/ · AgentPod$/);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      expect(await seriousFindings(page)).toEqual([]);
      await page.close();
    });
  });

  it("none of which made the browser complain", () => expect(errors).toEqual([]));
});
