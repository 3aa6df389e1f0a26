import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { englishSentences } from "../src/english-sentences.ts";
import { furnish } from "../src/furnish.ts";

describe.skipIf(browserProgram === null)("P15 C1 what the API says, in Chinese", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    await furnish(dashboard.installation);
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser, { locale: "zh-CN" })).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  const isReady = async (): Promise<void> => {
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await expect.poll(() => page.getByRole("status", { name: "正在加载" }).count(), { timeout: 30_000 }).toBe(0);
  };

  it("why a pod is not healthy: phase, conditions and units, with names and values as they are", async () => {
    await page.goto("/pods/globex/broken");
    await page.getByText(/main 连续失败 \d+ 次：main 已结束，退出码为 3，详见其日志。/).waitFor({ timeout: 60_000 });
    await page.getByText("main 已结束，退出码为 3，详见其日志。", { exact: true }).first().waitFor();
  });

  it("what happened, those of before too; and the list can be searched in it", async () => {
    await page.goto("/events");
    await page.getByText("已创建租户 globex").waitFor();
    await page.getByText("已更新 Pod acme/web").waitFor();
    await page
      .getByText(/^globex\/broken 需要关注：main 已结束/)
      .first()
      .waitFor();
    await page.getByRole("searchbox").fill("已创建租户");
    await expect.poll(() => page.locator("#content li").count()).toBe(2);
  });

  it("what a field expects, and an error of a form", async () => {
    await page.goto("/tenants");
    await page.getByRole("button", { name: "新建租户" }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("名称").fill("Not A Name");
    await form.getByRole("button", { name: /创建/ }).click();
    await form.getByText(/小写字母、数字和中间的连字符/).waitFor();
    await form.getByLabel("名称").fill("acme");
    await form.getByRole("button", { name: /创建/ }).click();
    await page.getByText("租户 acme 已存在：请换一个名称。").first().waitFor();
  });

  it("what doctor finds, and what to do about it", async () => {
    await page.goto("/server");
    await isReady();
    await page.getByText(/与数据库的时钟/).waitFor();
    await page.getByText("Pod 以普通进程运行：这不是隔离边界。", { exact: false }).waitFor();
  });

  it("a change of the language turns what is on the page", async () => {
    await page.goto("/pods/globex/broken");
    await page.getByText("main 已结束，退出码为 3，详见其日志。", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByText("main ended with exit code 3; see its logs.", { exact: true }).first().waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByText("main 已结束，退出码为 3，详见其日志。", { exact: true }).first().waitFor();
  });

  it.each([
    "/",
    "/pods",
    "/pods/globex/broken",
    "/pods/acme/web",
    "/pods/acme/web/routes",
    "/events",
    "/server",
    "/domains?tenant=acme",
    "/members",
    "/tokens",
    "/account",
  ])("nothing is said in English on %s", async (path) => {
    await page.goto(path);
    await isReady();
    // The name of a token that the first start makes.
    expect((await englishSentences(page)).filter((text) => text !== "cli on this machine")).toEqual([]);
  });
});
