import { readFile } from "node:fs/promises";
import { answering, nodePod } from "@agentpod/e2e/node-unit";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";

describe.skipIf(browserProgram === null)("W3 P15 files of a pod in the dashboard", { timeout: 60_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  /** As the unit itself sees its volume. */
  const inPod = async (expression: string): Promise<string> => {
    const script = `const fs = require("fs"), at = (name) => process.env.DATA + "/" + name; console.log(${expression})`;
    const { stdout, stderr } = await dashboard.installation.cli("pod", "exec", "acme/web", "--", "node", "-e", script);
    return stdout.trimEnd() + stderr;
  };

  beforeAll(async () => {
    dashboard = await startDashboard("process");
    const { installation } = dashboard;
    await installation.json("tenant", "create", "acme");
    const data = { volumes: [{ name: "data", path: "/data", access: "exclusive" as const }], env: { DATA: "{{ volumes.data }}" } };
    await installation.json("pod", "create", "acme/web", "--spec", await installation.specFile(nodePod(answering, data)), "--wait");
    browser = await launchBrowser();
    context = await dashboard.signedIn(browser, { acceptDownloads: true });
    page = await context.newPage();
    await page.goto("/pods/acme/web/files");
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
  });

  it("an empty volume says how something comes into it", async () => {
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    expect(await page.getByRole("navigation", { name: "Path" }).textContent()).toContain("/data");
  });

  it("what is uploaded is the unit's at once, and shows with its size and permission in words", async () => {
    await page.getByLabel("Files to upload").setInputFiles([
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("first line\r\nsecond line\r\n") },
      { name: "photo.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 1, 2, 3, 255]) },
    ]);
    await page.getByRole("status").getByText("2 files are uploaded.").waitFor();
    await row("notes.txt").waitFor();
    expect(await row("notes.txt").textContent()).toMatch(/25B[\s\S]*Owner; all may read/);
    expect(await inPod('JSON.stringify([fs.readFileSync(at("notes.txt"), "utf8"), [...fs.readFileSync(at("photo.bin"))]])')).toBe(
      '["first line\\r\\nsecond line\\r\\n",[0,1,2,3,255]]',
    );
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("what is there already is replaced only when asked", async () => {
    const again = { name: "photo.bin", mimeType: "application/octet-stream", buffer: Buffer.from([0, 9]) };
    await page.getByLabel("Files to upload").setInputFiles(again);
    await page.getByRole("dialog", { name: "Replace this file?" }).getByRole("button", { name: "Cancel" }).click();
    expect(await inPod('fs.statSync(at("photo.bin")).size')).toBe("5");
    await page.getByLabel("Files to upload").setInputFiles(again);
    await page.getByRole("dialog").getByRole("button", { name: "Replace" }).click();
    await expect.poll(() => inPod('fs.statSync(at("photo.bin")).size'), { timeout: 20_000 }).toBe("2");
  });

  it("text is changed in place, keeps its line ends, and comes down as it is", async () => {
    await row("notes.txt").getByRole("link", { name: "notes.txt", exact: true }).click();
    const text = page.getByRole("textbox", { name: "Text of /data/notes.txt" });
    expect(await text.inputValue()).toBe("first line\nsecond line\n");
    await text.fill("first line\nchanged\n");
    await text.press("Control+s");
    await page.getByRole("status").getByText("Saved.").waitFor();
    expect(await inPod('JSON.stringify(fs.readFileSync(at("notes.txt"), "utf8"))')).toBe('"first line\\r\\nchanged\\r\\n"');
    expect(await seriousFindings(page)).toEqual([]);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    expect(download.suggestedFilename()).toBe("notes.txt");
    expect(await readFile(await download.path(), "utf8")).toBe("first line\r\nchanged\r\n");
  });

  it("what was changed meanwhile is not written over", async () => {
    await inPod(
      '(fs.writeFileSync(at("notes.txt"), "by the pod"), fs.utimesSync(at("notes.txt"), Date.now() / 1000 + 60, Date.now() / 1000 + 60))',
    );
    const text = page.getByRole("textbox", { name: "Text of /data/notes.txt" });
    await text.fill("by me");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("alert").getByText("/data/notes.txt was changed meanwhile; open it again").waitFor();
    expect(await inPod('fs.readFileSync(at("notes.txt"), "utf8")')).toBe("by the pod");
    expect(await text.inputValue()).toBe("by me");
  });

  it("what is no text can be downloaded and is not shown", async () => {
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "/data" }).click();
    await row("photo.bin").getByRole("link", { name: "photo.bin", exact: true }).click();
    await page.getByText("This file holds no text. Download it instead.").waitFor();
    expect(await page.getByRole("textbox").count()).toBe(0);
    await page.goBack();
    await row("photo.bin").waitFor();
  });

  it("folders are made, gone into, and deleted by their name with all that is in them", async () => {
    await page.getByRole("button", { name: "New folder" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("a/b");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByRole("dialog").getByRole("alert").getByText("A name without /").waitFor();
    await page.getByRole("dialog").getByLabel("Name").fill("deep");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: "This folder is empty" }).waitFor();
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("made.txt");
    await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await page.getByRole("textbox", { name: "Text of /data/deep/made.txt" }).waitFor();
    expect(await inPod('fs.readdirSync(at("deep")).join()')).toBe("made.txt");
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "/data" }).click();
    await row("deep").getByRole("button", { name: "Delete deep" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete deep?" });
    expect(await dialog.getByRole("button", { name: "Delete" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Type deep to confirm").fill("deep");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await row("deep").waitFor({ state: "detached" });
    expect(await inPod('fs.existsSync(at("deep"))')).toBe("false");
  });

  it("a link is told and leads nowhere, and an address that does is answered with a sentence", async () => {
    await inPod('fs.symlinkSync("/etc", at("out"))');
    await page.reload();
    await row("out").getByText("A link; open what it leads to.").waitFor();
    expect(await row("out").getByRole("link").count()).toBe(0);
    await page.goto("/pods/acme/web/files?unit=app&path=/data/out");
    await page.getByRole("alert").getByText("/data/out is a link, and links are not followed here").waitFor();
    await page.goto("/pods/acme/web/files?unit=app&path=/data/../etc");
    await page.getByRole("alert").getByText("a path without . or ..").waitFor();
  });

  it("what the command line writes shows without a reload", async () => {
    await page.goto("/pods/acme/web/files");
    await row("notes.txt").waitFor();
    const file = await dashboard.installation.specFile({ made: "elsewhere" });
    await dashboard.installation.json("pod", "files", "put", "acme/web", file, "/data/live.json");
    await row("live.json").waitFor({ timeout: 5000 });
  });

  it("a name of markup is text", async () => {
    const name = "<img src=x onerror=pwned()>.txt";
    await inPod(`fs.writeFileSync(at(${JSON.stringify(name)}), "x")`);
    await page.goto("/pods/acme/web/files");
    await row(name).getByRole("link", { name, exact: true }).click();
    await page.getByRole("textbox", { name: `Text of /data/${name}` }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });

  it("a pod that is stopped says why its files are not there", async () => {
    await dashboard.installation.json("pod", "stop", "acme/web", "--wait");
    await page.goto("/pods/acme/web/files");
    await page.getByText("No unit of this pod is running").waitFor();
  });
});
