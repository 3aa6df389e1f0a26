import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { root } from "@agentpod/e2e/installation";
import { shopProject } from "@agentpod/e2e/shop-project";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFindings } from "../src/accessibility.ts";
import { browserProgram, launchBrowser } from "../src/browser.ts";
import { type Dashboard, startDashboard } from "../src/dashboard.ts";
import { dropFiles } from "../src/drop-files.ts";
import { type Person, signedInPerson } from "../src/person.ts";

const patient = { timeout: 240_000 };
const host = "site-acme.localhost";
const secret = "hunter2-and-more";

describe.skipIf(browserProgram === null)("C3 C7 C8 P15 deployments in the dashboard", { timeout: 900_000 }, () => {
  let dashboard: Dashboard;
  let browser: Browser;
  let page: Page;
  let folder: string;
  const folders: string[] = [];

  beforeAll(async () => {
    dashboard = await startDashboard("process");
    await dashboard.installation.json("tenant", "create", "acme");
    browser = await launchBrowser();
    page = await (await dashboard.signedIn(browser)).newPage();
    page.setDefaultTimeout(240_000);
    const above = await mkdtemp(join(tmpdir(), "agentpod-drop-"));
    folders.push(above);
    folder = join(above, "site");
    await cp(join(root, "examples/static"), folder, { recursive: true });
    await mkdir(join(folder, "node_modules/left"), { recursive: true });
    await writeFile(join(folder, "node_modules/left/pad.js"), "never seen");
    await writeFile(join(folder, ".env"), "PASSWORD=never-seen");
  }, 900_000);
  afterAll(async () => {
    await browser?.close();
    await dashboard?.destroy();
    for (const one of folders) await rm(one, { recursive: true, force: true });
  }, 600_000);

  const heading = (text: string) => page.getByRole("heading", { level: 1 }).getByText(text, { exact: true });
  const dropPlace = () => page.getByText("Drop a folder or an archive here");
  const shown = (number: number): Promise<DeploymentView> =>
    dashboard.installation.json<DeploymentView>("deployment", "status", "acme/site", "--number", String(number));
  const served = async (): Promise<string> => (await dashboard.installation.get(host)).body;

  it("there are none at first: the page teaches both ways", async () => {
    await page.goto("/");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Deployments" }).click();
    await page.getByRole("heading", { name: "Nothing was deployed yet" }).waitFor();
    await page.getByText("./agentpod deploy . --tenant acme").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Deploy a folder or a repository" }).click();
    await page.waitForURL(/\/deployments\/new\?tenant=acme$/);
  });

  it("a folder is dropped: what stays behind is said, and what it is and why, before anything is deployed", async () => {
    await dropFiles(page, dropPlace(), [folder]);
    await page.getByText(/^Left out, for they may hold secrets: \.env\./).waitFor();
    await page.getByText(/^2 files, /).waitFor();
    const found = page.locator("section").filter({ has: page.getByRole("heading", { name: "What the code is, and why" }) });
    await found.getByText("static", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await dashboard.installation.json("deployment", "list", "--tenant", "acme")).toEqual([]);
  });

  it("what is wrong stands at its field", async () => {
    const name = page.getByLabel("Name *", { exact: true });
    expect(await name.inputValue()).toBe("site");
    await name.fill("Not A Name");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/Expected lower-case letters/)
      .waitFor();
    await name.fill("site");
    await page.getByRole("button", { name: "Add variable" }).click();
    await page.getByLabel("Name of new variable").fill("1A");
    await page.getByRole("alert").getByText("not starting with a digit").waitFor();
    await page.getByRole("button", { name: "Remove 1A" }).click();
    await page.getByLabel("Memory in MB", { exact: true }).fill("much");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page
      .getByRole("alert")
      .getByText(/^▲?Expected/)
      .first()
      .waitFor();
    await page.getByLabel("Memory in MB", { exact: true }).fill("");
  });

  it("it is deployed: steps in sight without a reload, then its URL, which answers", async () => {
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/1$/);
    const steps = page.getByRole("list", { name: "Steps" }).getByRole("listitem");
    await steps.filter({ hasText: "Looking what the project is." }).waitFor();
    await heading("Succeeded").waitFor();
    await steps.filter({ hasText: "Writing down that it serves." }).waitFor();
    const open = page.getByRole("region", { name: "What came of it" }).getByRole("link", { name: "Open" });
    const url = (await open.getAttribute("href")) ?? "";
    expect(new URL(url).hostname).toBe(host);
    const [visited] = await Promise.all([page.context().waitForEvent("page"), open.click()]);
    await visited.getByRole("heading", { name: "It works" }).waitFor();
    await visited.close();
    expect(await shown(1)).toMatchObject({ state: "succeeded", serves: true, origin: "site", url });
    expect((await dashboard.installation.get(host, "/.env")).body).not.toContain("never-seen");
    expect((await dashboard.installation.get(host, "/node_modules/left/pad.js")).body).not.toContain("never seen");
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("edited and deployed again with a variable: the list tells which serves, as soon as it does", async () => {
    const before = await readFile(join(folder, "index.html"), "utf8");
    await writeFile(join(folder, "index.html"), before.replace("It works", "It works better"));
    const watching = await page.context().newPage();
    await watching.goto("/deployments?tenant=acme");
    await watching.getByText("Deployment 1 serves.").waitFor();
    await page.bringToFront();
    await page.getByRole("link", { name: "All deployments" }).click();
    await page.getByRole("button", { name: "Deploy code" }).click();
    await dropFiles(page, dropPlace(), [folder]);
    await page.getByRole("button", { name: "Add variable" }).click();
    await page.getByLabel("Name of new variable").fill("API_KEY");
    await page.getByLabel("Value of API_KEY").fill(secret);
    await page.getByText("Deployment 1 of this name serves").waitFor();
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/2$/);
    await heading("Succeeded").waitFor();
    await watching.getByText("Deployment 2 serves.").waitFor(patient);
    await watching.close();
    expect(await served()).toContain("It works better");
    expect((await shown(2)).environment).toEqual({ API_KEY: 2 });
  });

  it("what changed between two is told by name, and values of variables nowhere", async () => {
    await page.getByRole("link", { name: "All deployments" }).click();
    await page.getByRole("button", { name: "Details of deployment 2" }).click();
    const changes = page.getByRole("region", { name: "What changed" });
    await expect.poll(() => changes.textContent(), patient).toMatch(/API_KEY\+ added.*code− .*\+ /s);
    expect(await page.content()).not.toContain(secret);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("rolled back after a question that says what it does not undo", async () => {
    await page.getByRole("button", { name: "Roll back to deployment 1" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/^Migrations are not undone/).waitFor();
    await expect.poll(() => dialog.getByRole("region", { name: "What this changes" }).textContent(), patient).toMatch(/API_KEY− removed/);
    await dialog.getByRole("button", { name: "Roll back" }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/3$/);
    await heading("Succeeded").waitFor();
    await page.getByText("What migrations did to data is not undone.").waitFor();
    const body = await served();
    expect([body.includes("It works"), body.includes("better")]).toEqual([true, false]);
    expect(await shown(3)).toMatchObject({ action: "rollback", target: 1, environment: {} });
  });

  it("its pod leads to its deployments, and a redeploy is one press", async () => {
    await page.goto("/pods/acme/site");
    await page.getByRole("link", { name: "3 deployments" }).click();
    await page.getByRole("button", { name: "Redeploy" }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/4$/);
    await heading("Succeeded").waitFor();
  });

  it("one whose build fails: the step, what to do, its log, and that nothing stayed; its code is there for the next try", async () => {
    const broken = await shopProject({ version: "never", manifest: { build: "node nothing.js" } });
    folders.push(broken);
    await page.goto("/deployments/new?tenant=acme");
    await dropFiles(page, dropPlace(), [broken]);
    await page.getByLabel("Name *", { exact: true }).fill("broken");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/broken\/1$/);
    await heading("Failed").waitFor();
    const outcome = page.getByRole("region", { name: "What came of it" });
    expect(await outcome.textContent()).toMatch(/Step install failed.*Nothing of it stays but its log/s);
    await page
      .getByRole("region", { name: "Log" })
      .getByText(/nothing\.js/)
      .first()
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await outcome.getByRole("link", { name: "Same code, other settings" }).click();
    await page.getByText("What the code is, and why").waitFor();
    await page.getByText("npm ci", { exact: true }).waitFor();
  });

  it("a preview is deployed from the form, beside what serves; it is extended, and promoted as it was built", async () => {
    await writeFile(
      join(folder, "index.html"),
      (await readFile(join(folder, "index.html"), "utf8")).replace(/It works[a-z ]*/, "It is new"),
    );
    await page.goto("/deployments/new?tenant=acme&name=site");
    await dropFiles(page, dropPlace(), [folder]);
    await page.getByLabel("As a preview, beside what serves").check();
    await page.getByLabel(/^Days that it stays/).fill("soon");
    await page.getByLabel(/^Name of the preview/).fill("New cart!");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page
      .getByLabel(/^Days that it stays/)
      .and(page.locator("[aria-invalid=true]"))
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel(/^Days that it stays/).fill("0.5");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/site-new-cart\/1$/);
    await heading("Succeeded").waitFor();
    expect([(await served()).includes("It is new"), (await dashboard.installation.get("site-new-cart-acme.localhost")).body]).toEqual([
      false,
      expect.stringContaining("It is new"),
    ]);
    await page.getByRole("link", { name: "All deployments" }).click();
    const preview = page.getByRole("region", { name: "Preview new-cart" });
    await preview.getByRole("button", { name: "Extend new-cart" }).click();
    await page.getByText("new-cart stays for as long again from now on.").waitFor();
    await preview.getByRole("link", { name: "acme/site" }).click();
    const listed = page.getByRole("list", { name: "Previews" }).getByRole("listitem");
    await listed.getByText("data of its own, none at first").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await listed.getByRole("button", { name: "Promote new-cart" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByLabel("From").inputValue()).toBe("site-new-cart");
    await dialog.getByRole("button", { name: "Promote", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/site\/5$/);
    await heading("Succeeded").waitFor();
    expect(await served()).toContain("It is new");
    expect((await dashboard.installation.cli("deployment", "destroy", "acme/site-new-cart", "--yes")).code).toBe(0);
  });

  it("the log of a build is followed while it runs, and it is cancelled", async () => {
    const slow = await shopProject({
      version: "slow",
      manifest: { build: `node -e "console.log('building on');setInterval(()=>0,1000)"` },
    });
    folders.push(slow);
    await page.goto("/deployments/new?tenant=acme");
    await page.getByLabel("Folder with the code").setInputFiles(slow);
    await page.getByLabel("Name *", { exact: true }).fill("slow");
    await page.getByRole("button", { name: "Deploy", exact: true }).click();
    await page.waitForURL(/\/deployments\/acme\/slow\/1$/);
    await page.getByRole("heading", { name: "Log of the build" }).waitFor();
    await page.getByRole("log").getByText("building on", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Cancel deployment" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel deployment" }).click();
    await heading("Cancelled").waitFor();
    const pods = await dashboard.installation.json<{ name: string }[]>("pod", "list");
    expect(pods.map(({ name }) => name)).toEqual(["site"]);
  });

  it("a repository's address that is none is refused at its field, and nothing is fetched", async () => {
    await page.goto("/deployments/new?tenant=acme");
    await page.getByLabel("A Git repository").check();
    await page.getByLabel("Address").fill("--upload-pack=touch /tmp/x");
    await page.getByRole("button", { name: "Fetch" }).click();
    await page
      .getByRole("alert")
      .getByText(/^▲?Expected/)
      .first()
      .waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  describe("who may what", () => {
    let viewer: Person;
    beforeAll(async () => {
      viewer = await signedInPerson(dashboard, browser, "vera@example.com", { acme: "viewer" });
    });
    it("a viewer sees the releases and changes nothing", async () => {
      const { page: other } = viewer;
      await other.goto("/deployments/acme/site");
      for (const name of ["Redeploy", "Deploy code", "Roll back to deployment 2"])
        await expect.poll(() => other.getByRole("button", { name }).getAttribute("aria-disabled"), patient).toBe("true");
      await other.getByRole("button", { name: "More actions" }).click();
      expect(await other.getByRole("menuitem", { name: /^Destroy/ }).getAttribute("aria-disabled")).toBe("true");
    });
  });

  it("destroyed once its name was typed: the page of it is gone, and so is its URL", async () => {
    await page.goto("/deployments/acme/site");
    await page.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Destroy" }).click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.getByRole("button", { name: "Destroy" }).isDisabled()).toBe(true);
    await dialog.getByLabel(/^Type/).fill("acme/site");
    await dialog.getByRole("button", { name: "Destroy" }).click();
    await page.waitForURL(/\/operations\//);
    await page
      .getByRole("heading", { name: /End of an application/ })
      .getByText("Done")
      .waitFor();
    await page.goto("/deployments/acme/site");
    await page.getByRole("heading", { name: "Nothing here" }).waitFor();
    expect((await dashboard.installation.get(host)).status).toBe(404);
  });
});
