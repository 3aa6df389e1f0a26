import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

let dashboard: Dashboard;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  dashboard = await startDashboard("memory");
  browser = await launchBrowser();
  page = await (await dashboard.signedIn(browser)).newPage();
});
afterAll(async () => {
  await browser?.close();
  await dashboard?.destroy();
});

describe("P15 P17 backups in the dashboard", () => {
  it("one is made by a button, comes into the list by itself, is verified, taken away and deleted", async () => {
    await page.goto("/backups");
    await page.getByRole("heading", { name: "No backups yet" }).waitFor();
    await page.getByRole("button", { name: "Back up now" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Passphrase").fill("short");
    await dialog.getByRole("button", { name: "Back up now" }).click();
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Passphrase").fill("correct horse battery");
    await dialog.getByRole("button", { name: "Back up now" }).click();
    const row = page.getByRole("row").filter({ hasText: "Under its passphrase" });
    await row.waitFor();
    await row.getByRole("button", { name: /^Verify/ }).click();
    await page.getByText(/It is whole and signed by this installation: [\d,]+ rows/).waitFor();
    const [taken] = await Promise.all([page.waitForEvent("download"), row.getByRole("link", { name: /^Download/ }).click()]);
    expect(taken.suggestedFilename()).toMatch(/^agentpod-\d{8}T\d{9}Z\.tar$/);
    expect(await taken.failure()).toBeNull();
    await row.getByRole("button", { name: /^Delete/ }).click();
    await dialog.getByLabel(/^Type/).fill(taken.suggestedFilename());
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "No backups yet" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("the schedule is set, and what was changed by the command line shows without a reload", async () => {
    await page.getByLabel("Every so many hours").fill("24");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The settings are saved.").waitFor();
    await page.getByText("A backup that fails is tried again every hour, and alerts.").waitFor();
    expect(await dashboard.installation.cli("backup", "settings", "--every", "0")).toMatchObject({ code: 0 });
    await page.getByText("No backup is made by itself.").waitFor();
    await page.getByLabel("How many to keep").fill("none");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").first().waitFor();
  });
});
