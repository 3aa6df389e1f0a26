import type { PodView } from "@agentpod/core/api/pod-view";
import { docker, engineAnswers } from "@agentpod/e2e/engine";
import { type hostFolder as Folder, hostFolder, runByHand, runOf, seen } from "@agentpod/e2e/hand-made";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, signedInPerson } from "../src/person.ts";

describe.skipIf(!engineAnswers() || browserProgram === null)("A8 P15 adoption in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let folder: ReturnType<typeof Folder>;
  const bot = `ap-web-bot-${process.pid}`;
  const closed = `ap-web-closed-${process.pid}`;
  const patient = { timeout: 240_000 };
  beforeAll(async () => {
    folder = hostFolder();
    runByHand(bot, "--restart", "always", "-v", `${folder.path}:/data`, "--expose", "8080");
    runByHand(closed, "--network", "none");
    dashboard = await startDashboard("docker");
    await dashboard.installation.json("tenant", "create", "acme");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    for (const name of [bot, closed]) docker("rm", "-f", "-v", name);
    folder?.remove();
  });

  it("what runs here is found, with why one cannot be adopted", async () => {
    await page.goto("/pods");
    await page.getByRole("link", { name: "Adopt containers" }).click();
    const other = page.getByRole("listitem").filter({ hasText: closed });
    await other.getByText("Cannot be adopted").waitFor();
    await other.getByText(/runs on the network "none"/).waitFor();
    expect(await other.getByRole("button", { name: `Adopt ${closed}` }).getAttribute("aria-disabled")).toBe("true");
    await page.getByRole("listitem").filter({ hasText: bot }).getByText("Can be adopted").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("one is adopted without a restart, says so on its page, and is given back as it was", async () => {
    const before = runOf(bot);
    await page.getByRole("button", { name: `Adopt ${bot}` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Its folders of this machine stay where they are/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await dialog.getByLabel("Name of the pod").fill("Not a name");
    await dialog.getByRole("button", { name: "Adopt", exact: true }).click();
    await dialog.getByRole("alert").first().waitFor();
    await dialog.getByLabel("Name of the pod").fill("bot");
    await dialog.getByLabel("Port").fill("8080");
    await dialog.getByRole("button", { name: "Adopt", exact: true }).click();
    await page.waitForURL(/\/pods\/acme\/bot$/);
    await page.getByRole("heading", { level: 1 }).getByText("Adopted", { exact: true }).waitFor();
    await expect.poll(async () => (await dashboard.installation.json<PodView>("pod", "status", "acme/bot")).phase, patient).toBe("running");
    const id = docker("ps", "-q", "--no-trunc", "--filter", `id=${before.id}`).trim();
    expect(id).toBe(before.id);
    expect(runOf(id)).toEqual(before);
    expect((await dashboard.installation.get("bot-acme.localhost", "/visit")).status).toBe(200);
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Give the container back" }).click();
    await dialog.getByLabel(/^Type/).fill("acme/bot");
    await dialog.getByRole("button", { name: "Give it back" }).click();
    await expect.poll(() => seen(before.id).Name, patient).toBe(`/${bot}`);
    expect(runOf(before.id)).toEqual(before);
    expect(seen(before.id).HostConfig.RestartPolicy.Name).toBe("always");
  });

  it("is for admins of the platform alone", async () => {
    const owner = await signedInPerson(dashboard, browser, "olga@example.com", { acme: "owner" });
    await owner.page.goto("/adopt");
    await owner.page.getByText(/does not include this/).waitFor();
    expect(await owner.page.locator("#content").textContent()).not.toContain(bot);
    expect((await askApi(owner.page, "GET", "/containers")).status).toBe(403);
    expect((await askApi(owner.page, "POST", "/tenants/acme/pods/mine/adopt", { container: bot })).status).toBe(403);
  });
});
