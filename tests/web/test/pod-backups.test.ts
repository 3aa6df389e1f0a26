import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackupScheduleView, PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { nodePod } from "@agentpod/e2e/node-unit";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { askApi, signedInPerson } from "../src/person.ts";

/** A notebook: GET reads its page, POST writes it. */
const script = `
const { readFileSync, writeFileSync, existsSync } = require("node:fs");
const page = process.env.DATA + "/page";
require("node:http").createServer(async (request, response) => {
  if (request.method === "POST") {
    let text = "";
    for await (const chunk of request) text += chunk;
    writeFileSync(page, text);
  }
  response.end(existsSync(page) ? readFileSync(page, "utf8") : "(empty)");
}).listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
`;
const patient = { timeout: 240_000 };

describe.skipIf(browserProgram === null)("A16 P15 backups of pods in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    for (const tenant of ["acme", "globex"]) await installation.json("tenant", "create", tenant);
    const spec = nodePod(script, { env: { DATA: "{{ volumes.data }}" }, volumes: [{ name: "data", path: "/data" }] });
    await installation.json("pod", "create", "acme/notes", "--spec", await installation.specFile(spec), "--wait");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  const write = (text: string) => dashboard.installation.get("notes-acme.localhost", "/", { method: "POST", body: text });
  const reads = (pod: string, text: string) =>
    expect.poll(async () => (await dashboard.installation.get(`${pod}-acme.localhost`)).body, patient).toBe(text);
  const backups = () => dashboard.installation.json<PodBackupView[]>("pod", "backup", "list", "acme");
  const list = (): Locator => page.getByRole("list", { name: "Backups" });
  const isDone = (kind: string): Promise<void> => page.getByRole("region", { name: kind }).getByText("Done", { exact: true }).waitFor();
  const menu = async (item: string): Promise<void> => {
    await list()
      .getByRole("button", { name: /^More for/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: item }).click();
  };

  it("one is made by a button, followed to its end, and stands in the list with all that is known of it", async () => {
    await write("first");
    await page.goto("/pods/acme/notes/backups");
    await page.getByRole("heading", { name: "No backups yet" }).waitFor();
    await page.getByRole("button", { name: "Back up now" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The pod stands still").waitFor();
    await dialog.getByRole("button", { name: "Back up now" }).click();
    await isDone("Backup of a pod");
    await expect
      .poll(() => list().getByRole("listitem").first().textContent(), patient)
      .toMatch(/kB.*Asked for.*while the pod stood still.*On AgentPod's machine.*Verified/);
    expect(await seriousFindings(page)).toEqual([]);
    await menu("Verify");
    await page.getByText("It is whole: every byte was read back.").waitFor();
  });

  it("brings it back into the pod once its name was typed, and the data is what it was", async () => {
    await write("second");
    await list()
      .getByRole("button", { name: /^Restore the backup/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/Everything that acme\/notes has written to its volumes since .* is lost/).waitFor();
    const button = dialog.getByRole("button", { name: "Replace its data" });
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("acme/other");
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("acme/notes");
    await button.click();
    await isDone("Restore into a pod");
    await reads("notes", "first");
  });

  it("brings it back as a new pod beside the old one; a name that is taken is told at its place", async () => {
    await list()
      .getByRole("button", { name: /^Restore the backup/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("As a new pod").check();
    await dialog.getByLabel("Name of the new pod").fill("notes");
    await dialog.getByRole("button", { name: "Make the new pod" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/already exists/)
      .waitFor();
    await dialog.getByLabel("Name of the new pod").fill("notes-two");
    await dialog.getByRole("button", { name: "Make the new pod" }).click();
    await isDone("New pod from a backup");
    await page.getByRole("link", { name: "acme/notes-two" }).waitFor();
    await reads("notes-two", "first");
    await reads("notes", "first");
  });

  it("rehearses the restore, and shows the report", async () => {
    await menu("Rehearse the restore");
    await isDone("Restore drill");
    await page.getByRole("heading", { name: "Last restore drill" }).waitFor();
    await page.getByText("A pod made from it came up and was healthy; it was deleted again.").first().waitFor();
    expect((await backups())[0]?.drill).toMatchObject({ isPassed: true });
  });

  it("is told when to be made by itself, and what is wrong with that at its field", async () => {
    await page.getByLabel("How often").selectOption("own");
    await page.getByLabel("Time, as of cron").fill("every night");
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByLabel("How often").selectOption("weekly");
    await page.getByLabel("Time zone").fill("Asia/Shanghai");
    await page.getByRole("combobox", { name: "Restore drill" }).selectOption("monthly");
    await page.getByLabel("Days").fill("3");
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("The schedule is saved.").waitFor();
    expect(await dashboard.installation.json<BackupScheduleView>("pod", "backup", "schedule", "acme/notes")).toMatchObject({
      ...{ cron: "0 4 * * 0", timeZone: "Asia/Shanghai", drillCron: "0 5 1 * *", target: null, live: false },
      keep: { last: 7, daily: 3, weekly: 4, monthly: 6 },
    });
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("No backup of this pod is made by itself.").waitFor();
  });

  it("is put to a target that was tried first; its key is never shown again", async () => {
    await page.goto("/backups/targets");
    await page.getByRole("heading", { name: "No targets yet" }).waitFor();
    await page.getByRole("button", { name: "Add target" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("bucket");
    await dialog.getByLabel("Endpoint").fill("http://127.0.0.1:9");
    await dialog.getByRole("textbox", { name: /^Bucket/ }).fill("agentpod");
    await dialog.getByLabel("Access key ID").fill("AKIATEST");
    await dialog.getByLabel("Secret access key").fill("key-of-nobody");
    expect(await dialog.getByLabel("Secret access key").getAttribute("type")).toBe("password");
    await dialog.getByRole("button", { name: "Add target" }).click();
    await dialog.getByRole("alert").first().waitFor();
    await dialog.getByLabel("Kind").selectOption("folder");
    await dialog.getByLabel("Folder").fill("/nowhere/at/all");
    await dialog.getByRole("button", { name: "Add target" }).click();
    await dialog.getByRole("alert").first().waitFor();
    const folder = join(dashboard.installation.home.root, "elsewhere");
    await mkdir(folder);
    await dialog.getByLabel("Folder").fill(folder);
    await dialog.getByRole("button", { name: "Add target" }).click();
    await page.getByRole("row", { name: /bucket.*Folder/ }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.goto("/pods/acme/notes/backups");
    await page.getByRole("button", { name: "Back up now" }).click();
    await page.getByRole("dialog").getByLabel("Where to").selectOption("bucket");
    await page.getByRole("dialog").getByRole("button", { name: "Back up now" }).click();
    await isDone("Backup of a pod");
    await list().getByText("At bucket").waitFor();
    // What a backup needs is kept.
    await page.goto("/backups/targets");
    await page.getByRole("button", { name: "Remove bucket" }).click();
    await dialog.getByLabel(/^Type/).fill("bucket");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("alert").first().waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("is deleted once its name was typed, and what is left can be removed", async () => {
    await page.goto("/pods/acme/notes/backups");
    await list().getByText("At bucket").waitFor();
    await menu("Delete");
    const dialog = page.getByRole("dialog");
    const [newest] = await backups();
    await dialog.getByLabel(/^Type/).fill(newest?.id.slice(0, 8) ?? "");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect.poll(() => list().getByRole("listitem").count(), patient).toBe(1);
    await page.goto("/backups/targets");
    await page.getByRole("button", { name: "Remove bucket" }).click();
    await dialog.getByLabel(/^Type/).fill("bucket");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("heading", { name: "No targets yet" }).waitFor();
  });

  it("who may look and not touch sees them; another tenant's people see nothing", async () => {
    const viewer = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    await viewer.page.goto("/pods/acme/notes/backups");
    const create = viewer.page.getByRole("button", { name: "Back up now" });
    await create.waitFor();
    expect(await create.getAttribute("aria-disabled")).toBe("true");
    const restore = viewer.page.getByRole("button", { name: /^Restore the backup/ });
    expect(await restore.getAttribute("aria-disabled")).toBe("true");
    const [backup] = await backups();
    const path = `/tenants/acme/pod-backups/${backup?.id}`;
    expect((await askApi(viewer.page, "POST", `${path}/restore`, {})).status).toBe(403);
    await viewer.page.goto("/backups");
    // AgentPod's own are not theirs.
    const tabs = viewer.page.getByRole("navigation", { name: "Backups" });
    await tabs.getByRole("link", { name: "Pods" }).waitFor();
    expect(await tabs.getByRole("link").allTextContents()).toEqual(["Pods", "Targets"]);
    const stranger = await signedInPerson(dashboard, browser, "otto@example.com", { globex: "owner" });
    await stranger.page.goto("/pods/acme/notes/backups");
    await stranger.page.getByRole("heading", { name: "Nothing here" }).waitFor();
    await stranger.page.goto("/backups/pods");
    await stranger.page.getByRole("heading", { name: "No backups yet" }).waitFor();
    for (const [method, at] of [
      ["GET", path],
      ["POST", `${path}/restore`],
      ["POST", `${path}/drill`],
      ["DELETE", path],
    ] as const)
      expect((await askApi(stranger.page, method, at, method === "POST" ? {} : undefined)).status).toBe(404);
    expect(await backups()).toHaveLength(1);
  });

  it("outlives its pod, and becomes a new one from the list of the tenant's", async () => {
    await dashboard.installation.json("pod", "delete", "acme/notes", "--yes", "--wait");
    await page.goto("/backups/pods?tenant=acme");
    const item = list().getByRole("listitem").filter({ hasText: "acme/notes" });
    await item.getByText("pod is gone").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await item.getByRole("button", { name: /^Restore the backup/ }).click();
    await page.getByRole("dialog").getByText("acme/notes is gone").waitFor();
    await page.getByLabel("Name of the new pod").fill("again");
    await page.getByRole("button", { name: "Make the new pod" }).click();
    await isDone("New pod from a backup");
    await reads("again", "first");
  });
});
