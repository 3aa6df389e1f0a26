import { readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { CleanUpStatus } from "@agentpod/core/api/clean-up-view";
import { root } from "@agentpod/e2e/installation";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, signedInPerson } from "../src/person.ts";

const patient = { timeout: 240_000 };

describe.skipIf(browserProgram === null)("P16 P15 clean-up in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    for (const greeting of ["one", "two", "three"])
      await installation.json(
        "deploy",
        join(root, "examples/static"),
        "--name",
        "site",
        "--tenant",
        "acme",
        "--env",
        `GREETING=${greeting}`,
      );
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  }, 600_000);

  const status = (): Promise<CleanUpStatus> => dashboard.installation.json<CleanUpStatus>("clean-up", "status");
  const card = (title: string) => page.locator("section").filter({ has: page.getByRole("heading", { name: title, exact: true }) });
  const save = (): Promise<void> => page.getByRole("button", { name: "Save" }).click();

  it("shows what is kept and how much room there is, and changes it; what is wrong stands at its field", async () => {
    await page.goto("/server");
    await page.getByRole("navigation", { name: "Server" }).getByRole("link", { name: "Clean-up" }).click();
    await page.waitForURL(/\/server\/clean-up$/);
    await card("Room")
      .getByText(/^[\d,]+ MB free/)
      .or(card("Room").getByText(/MB free/))
      .first()
      .waitFor();
    await card("Last clean-up").getByText("There was none yet.").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel(/^Releases of each application/).fill("none");
    await page.getByLabel(/^Hours that unused code waits/).fill("1.5");
    await save();
    for (const field of [/^Releases of each application/, /^Hours that unused code waits/])
      await page.getByLabel(field).and(page.locator("[aria-invalid=true]")).waitFor();
    expect((await status()).policy).toMatchObject({ releases: 5, unusedHours: 24 });
    await page.getByLabel(/^Releases of each application/).fill("1");
    await page.getByLabel(/^Hours that unused code waits/).fill("24");
    await page.getByLabel(/^MB for caches of builds/).fill("");
    await save();
    await page.getByText("What is kept was changed.").waitFor();
    expect((await status()).policy).toMatchObject({ releases: 1, buildCacheMb: null });
  });

  it("what the command line changes shows without a reload", async () => {
    expect(await dashboard.installation.cli("clean-up", "policy", "--every", "0")).toMatchObject({ code: 0 });
    await card("Last clean-up").getByText("none by itself").waitFor();
    await expect.poll(() => page.getByLabel(/^Hours from one/).inputValue(), patient).toBe("");
    expect(await dashboard.installation.cli("clean-up", "policy", "--free", "99999999")).toMatchObject({ code: 0 });
    await page
      .getByRole("alert")
      .getByText(/^Less than 99,999,999 MB are free/)
      .waitFor();
    await dashboard.installation.cli("clean-up", "policy", "--free", "0");
    await page.getByText("Nobody looks whether there is room").waitFor();
  });

  it("tells what would go and why, and does nothing by that", async () => {
    // What came within the last hour would stay.
    const at = new Date(Date.now() - 2 * 3_600_000);
    const { artifacts } = dashboard.installation.home;
    for (const name of await readdir(artifacts)) await utimes(join(artifacts, name), at, at);
    await page.getByRole("button", { name: "Look", exact: true }).click();
    const goes = page.getByRole("region", { name: "What would go" });
    await goes.getByRole("row").filter({ hasText: "Release" }).first().waitFor();
    await page.getByRole("button", { name: /things stay, and why$/ }).click();
    await page.getByRole("region", { name: "What stays" }).getByRole("row").nth(1).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect((await status()).last).toBeNull();
  });

  it("cleans up after a question that says how much, and tells what came of it; what serves serves on", async () => {
    await page.getByRole("button", { name: "Clean up", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^\d+ things? would go, /).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Not now" }).click();
    expect((await status()).last).toBeNull();
    await page.getByRole("button", { name: "Clean up", exact: true }).click();
    await dialog.getByRole("button", { name: "Clean up", exact: true }).click();
    await card("Last clean-up").getByText(dashboard.admin.email).waitFor();
    expect((await status()).last).toMatchObject({ problems: [], gone: { release: 2 } });
    await card("Last clean-up")
      .getByText(/^2 releases/)
      .waitFor();
    await page.getByText("There is nothing to clean up.").waitFor();
    expect((await dashboard.installation.get("site-acme.localhost")).body).toContain("It works");
  });

  it("a release that went is no longer gone back to, and its dialog says why", async () => {
    await page.goto("/deployments/acme/site");
    await page.getByRole("button", { name: "Roll back to deployment 1" }).click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByText(/^A clean-up has let go what it ran from/)
      .first()
      .waitFor();
    expect(await dialog.getByRole("button", { name: "Roll back" }).getAttribute("aria-disabled")).toBe("true");
  });

  it("is for those of the installation alone", async () => {
    const owner = await signedInPerson(dashboard, browser, "olga@example.com", { acme: "owner" });
    await owner.page.goto("/server/clean-up");
    await owner.page
      .getByText(/does not include this/)
      .first()
      .waitFor(patient);
    for (const [method, path] of [
      ["GET", "/clean-up"],
      ["GET", "/clean-up/plan"],
      ["POST", "/clean-up"],
    ] as const)
      expect((await askApi(owner.page, method, path)).status).toBe(403);
    expect((await askApi(owner.page, "PUT", "/clean-up/policy", { releases: 1 })).status).toBe(403);
  });
});
