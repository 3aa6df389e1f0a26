import type { PodView } from "@agentpod/core/api/pod-view";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("P15 P3 the loop, by hand", () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    browser = await launchBrowser();
    context = await dashboard.signedIn(browser);
    page = await context.newPage();
    await page.goto("/");
  });
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });
  const go = (name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }).click();
  const state = (text: string) => page.getByRole("heading", { level: 1 }).getByText(text);

  it("the empty console says how to begin", async () => {
    await page.getByRole("heading", { name: "No pods yet" }).waitFor();
    await page.getByText("./agentpod tenant create acme").waitFor();
  });

  it("a tenant is made; what is wrong with its name stands at the field", async () => {
    await go("Tenants");
    await page.getByRole("button", { name: "New tenant" }).click();
    const form = page.getByRole("dialog", { name: "New tenant" });
    await form.getByLabel("Name").fill("Not A Name");
    await form.getByRole("button", { name: "Create tenant" }).click();
    await form
      .getByRole("alert")
      .getByText(/Expected lower-case letters/)
      .waitFor();
    await form.getByLabel("Name").fill("acme");
    await form.getByRole("button", { name: "Create tenant" }).click();
    await form.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "acme" }).waitFor();
  });

  it("a pod is made from a template and turns healthy in sight", async () => {
    await page.keyboard.press("c");
    await page.getByRole("radio", { name: /^Hello(?! agent)/ }).check({ force: true });
    await page.getByLabel("Name").fill("web");
    await page.getByLabel(/memory/i).fill("some");
    await page.getByRole("button", { name: "Create pod" }).click();
    await page.getByRole("alert").getByText("Expected a whole number").waitFor();
    await page.getByLabel(/memory/i).fill("96");
    await page.getByRole("button", { name: "Create pod" }).click();
    await state("Running").waitFor();
    await page.getByText("All units are ready").waitFor();
  });

  it("a unit that is killed is seen to come back, as another process", async () => {
    const pid = async () => (await dashboard.installation.json<PodView>("pod", "status", "acme/web")).units[0]?.pid as number;
    const first = await pid();
    await page.getByText(`process ${first}`).waitFor();
    process.kill(first, "SIGKILL");
    await page.getByText("1 restart", { exact: true }).waitFor();
    await page.getByText(`process ${first}`).waitFor({ state: "detached" });
    await state("Running").waitFor();
    await page.getByText(`process ${await pid()}`).waitFor();
  });

  it("what the CLI does is seen in the open list within a second, and the other way round", async () => {
    await go("Pods");
    await page.getByRole("link", { name: "acme/web" }).waitFor();
    await dashboard.installation.json("pod", "create", "acme/second", "--template", "hello");
    await page.getByRole("link", { name: "acme/second" }).waitFor({ timeout: 1000 });
    await page.getByRole("checkbox", { name: "Select acme/second" }).check();
    await page.getByRole("region", { name: "Selected pods" }).getByRole("button", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("acme/second");
    await dialog.getByRole("button", { name: "Delete" }).click();
    // What is behind a dialog has no role.
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("link", { name: "acme/second" }).waitFor({ state: "detached" });
    const left = await dashboard.installation.json<PodView[]>("pod", "list");
    expect(left.map(({ name }) => name)).toEqual(["web"]);
  });

  it("an input is changed, its revision shows the difference, and the rollback undoes it", async () => {
    await page.getByRole("link", { name: "acme/web" }).click();
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Environment" }).click();
    await page.getByRole("textbox", { name: "Greeting" }).fill("Servus");
    await page.getByRole("button", { name: "Save and roll out" }).click();
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Revisions" }).click();
    await page.getByText("inputs.greeting").waitFor();
    await page.getByRole("insertion").getByText('"Servus"').first().waitFor();
    await page.getByRole("button", { name: "Roll back to this" }).click();
    await page.getByText("Revision 3").waitFor();
    const { inputs } = await dashboard.installation.json<PodView>("pod", "status", "acme/web");
    expect(inputs).not.toMatchObject({ greeting: "Servus" });
  });

  it("a policy is set by the form and holds at the front door", async () => {
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Routes" }).click();
    await page.getByText("Policies", { exact: true }).click();
    await page.getByLabel("Maintenance: everybody gets a notice instead").check();
    await page.getByPlaceholder("Notice to visitors").fill("Back at noon");
    await page.getByRole("button", { name: "Save policies" }).click();
    await page.getByText("Policies saved.").waitFor();
    await expect.poll(async () => (await dashboard.installation.get("web-acme.localhost")).status, { timeout: 20_000 }).toBe(503);
    expect((await dashboard.installation.get("web-acme.localhost")).body).toContain("Back at noon");
  });

  it("the log is followed", async () => {
    await page.getByRole("navigation", { name: "Pod" }).getByRole("link", { name: "Logs" }).click();
    await page.getByRole("log").getByText("listens on").first().waitFor();
    await page.getByLabel("Search in the log").fill("nothing says this");
    await page.getByText("No line holds this text.").waitFor();
  });

  it("stopping is said, shown and done; what cannot be done says why", async () => {
    await page.getByRole("button", { name: "Stop" }).click();
    await state("Stopped").waitFor();
    expect((await dashboard.installation.json<PodView>("pod", "status", "acme/web")).units.every(({ state }) => state !== "running")).toBe(
      true,
    );
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: /Put to sleep.*stopped already/s }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("the palette finds a pod by its name, and ? shows the keys", async () => {
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("m");
    await page.getByRole("heading", { name: "Templates", level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder("Search pods, pages and actions").fill("acme/web");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /acme\/web/, level: 1 }).waitFor();
  });
});
